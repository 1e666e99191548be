import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeMarkdown } from './markdown.ts'
import { drawDepths, drawSpeeds } from './plots.ts'
import type { Results } from './results.ts'

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url))
const BEGIN = '<!-- measured: written by make bench -->'
const END = '<!-- end of what is measured -->'

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
  const page = readFileSync(`${DOCS}performance.md`, 'utf8')
  writeFileSync(`${DOCS}performance.md`, withMeasured(page, writeMarkdown(results)))
}

/** The page with another text between its marks; throws where they are missing. */
export function withMeasured(page: string, text: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md must have the lines ${BEGIN} and ${END}.`)
  return `${page.slice(0, begin)}${BEGIN}\n\n${text.trimEnd()}\n\n${page.slice(end)}`
}
