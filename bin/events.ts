import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { services } from '../apps/index.ts'
import { reviewContract } from './event-contract.ts'

// Writes what each service promises by its events, unless that breaks a promise, or only checks: node bin/events.ts [--check]
const root = join(import.meta.dirname, '..')
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

/** Whoever means it takes the event out of the file by hand, where a review sees it. */
const HINT = 'Others rely on these events: add to them, or declare another one beside them.'

for (const { name, events } of services) {
  const path = `apps/${name}/events.json`
  const file = join(root, path)
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  const { text, broken } = reviewContract(committed, events)
  if (broken.length > 0) refuse(path, ...broken, HINT)
  else if (text === undefined || text === committed) continue
  else if (values.check) refuse(path, 'is not what the code says: npm run events')
  else writeFileSync(file, text)
}

function refuse(path: string, ...sentences: readonly string[]): void {
  for (const sentence of sentences) console.error(`${path}:1 ${sentence}`)
  process.exitCode = 1
}
