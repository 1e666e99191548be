import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeBacklogs, writeEventTables } from './events.ts'
import { writeMarkdown } from './markdown.ts'
import { drawBacklogs, drawDepths, drawSpeeds } from './plots.ts'
import type { Results } from './results.ts'

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url))

/** The lines between which something of the page stands. */
interface Marks {
  readonly begin: string
  readonly end: string
}

const MEASURED: Marks = {
  begin: '<!-- measured: written by make bench -->',
  end: '<!-- end of what is measured -->',
}
const EVENTS: Marks = {
  begin: '<!-- events: written by make bench -->',
  end: '<!-- end of what is measured of events -->',
}
const BACKLOG: Marks = {
  begin: "<!-- backlog: written by make bench ARGS='--only backlog' -->",
  end: '<!-- end of the backlog -->',
}

/** Puts what was measured between the marks of docs/performance.md, and draws its pictures. */
export function writeReport(results: Results): void {
  mkdirSync(`${DOCS}performance`, { recursive: true })
  for (const group of Object.values(
    Object.groupBy(results.measurements, ({ engine, collection }) => engine + collection),
  )) {
    const [first] = group ?? []
    if (!first || !group) continue
    const title = `${first.collection} on ${first.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`
    writeFileSync(`${DOCS}performance/${first.collection}-${first.engine}.svg`, drawSpeeds(title, group))
  }
  writeFileSync(`${DOCS}performance/depth.svg`, drawDepths(results.depths))
  putBetween(MEASURED, writeMarkdown(results))
}

/** Puts what was measured of events between their marks. */
export const writeEvents = ({ events, machine }: Results): void => putBetween(EVENTS, writeEventTables(events, machine))

/** Puts how the largest backlog went between its marks, and draws it. */
export function writeBacklog({ events: { backlogs }, machine }: Results): void {
  mkdirSync(`${DOCS}performance`, { recursive: true })
  writeFileSync(`${DOCS}performance/backlog.svg`, drawBacklogs(backlogs))
  putBetween(BACKLOG, writeBacklogs(backlogs, machine))
}

function putBetween(marks: Marks, text: string): void {
  const page = readFileSync(`${DOCS}performance.md`, 'utf8')
  writeFileSync(`${DOCS}performance.md`, withMeasured(page, text, marks))
}

/** The page with another text between its marks; throws where they are missing. */
export function withMeasured(page: string, text: string, { begin, end }: Marks = MEASURED): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`docs/performance.md must have the lines ${begin} and ${end}.`)
  return `${page.slice(0, from)}${begin}\n\n${text.trimEnd()}\n\n${page.slice(to)}`
}
