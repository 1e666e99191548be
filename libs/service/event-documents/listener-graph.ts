import type { Listener } from '@mainspring/events'
import { escapeHtml } from '@mainspring/http'

interface Node {
  readonly name: string
  readonly left: number
  readonly top: number
  readonly width: number
}

/** Pixels. */
const HEIGHT = 32
const GAP = { across: 56, down: 14 }
const LETTER = 7.4
const PADDING = 14
const EDGE = 2
const HEAD = 8

/** An event on its way through its listeners, as SVG: from left to right, each behind those that it comes after. */
export function drawListeners(event: string, listeners: readonly Listener[]): string {
  const columns = [[event], ...columnsOf(listeners).map((column) => column.map(({ name }) => name))]
  const nodes = placeNodes(columns)
  const edges = listeners.flatMap(({ name, after }) =>
    (after.length > 0 ? after.map((before) => before.name) : [event]).map((from) => [from, name] as const),
  )
  const width = Math.max(...[...nodes.values()].map((node) => node.left + node.width)) + EDGE
  const height = Math.max(...[...nodes.values()].map(({ top }) => top + HEIGHT)) + EDGE
  return `<svg role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escapeHtml(edges.map(([from, to]) => `${from}, then ${to}`).join('; '))}</title>
${edges.map(([from, to]) => drawEdge(nodes.get(from), nodes.get(to))).join('\n')}
${[...nodes.values()].map((node) => drawNode(node, node.name === event)).join('\n')}
</svg>`
}

/** By how many listeners stand before them at most. */
function columnsOf(listeners: readonly Listener[]): readonly (readonly Listener[])[] {
  const depthOf = ({ after }: Listener): number => Math.max(0, ...after.map((before) => depthOf(before) + 1))
  const columns: Listener[][] = []
  for (const listener of listeners) {
    const depth = depthOf(listener)
    columns[depth] = [...(columns[depth] ?? []), listener]
  }
  return columns
}

function placeNodes(columns: readonly (readonly string[])[]): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>()
  const tallest = heightOf(Math.max(...columns.map(({ length }) => length)))
  let left = EDGE
  for (const names of columns) {
    const width = Math.round(Math.max(...names.map(({ length }) => length)) * LETTER + 2 * PADDING)
    const first = EDGE + (tallest - heightOf(names.length)) / 2
    for (const [row, name] of names.entries()) {
      nodes.set(name, { name, left, top: first + row * (HEIGHT + GAP.down), width })
    }
    left += width + GAP.across
  }
  return nodes
}

const heightOf = (rows: number): number => rows * (HEIGHT + GAP.down) - GAP.down

function drawEdge(from: Node | undefined, to: Node | undefined): string {
  if (!from || !to) return ''
  const [x1, y1] = [from.left + from.width, from.top + HEIGHT / 2]
  const [x2, y2] = [to.left, to.top + HEIGHT / 2]
  const middle = (x1 + x2) / 2
  return `<path d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - HEAD} ${y2}"/><path class="head" d="M${x2 - HEAD} ${y2 - HEAD / 2}l${HEAD} ${HEAD / 2}l-${HEAD} ${HEAD / 2}z"/>`
}

const drawNode = ({ name, left, top, width }: Node, isEvent: boolean): string =>
  `<g${isEvent ? ' class="event"' : ''}><rect x="${left}" y="${top}" width="${width}" height="${HEIGHT}" rx="6"/>` +
  `<text x="${left + width / 2}" y="${top + HEIGHT / 2}">${escapeHtml(name)}</text></g>`
