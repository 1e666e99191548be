import { draftMigration, type Entity } from '@mainspring/data'
import { createScratch } from './servers/scratch.ts'

/** Drafts the first migration of a service that is made for a test; the folder goes with this process. */
export function draftedMigrations(name: string, tables: readonly Entity[]): URL {
  const directory = new URL(`file://${createScratch().folder}/migrations/`)
  draftMigration({ name, directory, tables }, 'initial')
  return directory
}
