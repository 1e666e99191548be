import { setTimeout as sleep } from 'node:timers/promises'
import { integer, text } from '@mainspring/core'
import { entity, type Reads, type Row, type Writes } from '@mainspring/data'
import { action, read, resource } from '@mainspring/resource'
import { runCommand, type Service, service } from '@mainspring/service'
import { draftedMigrations } from './drafted-migrations.ts'

/** What is made on a workbench. */
export const Piece = entity('pieces', 'piece', { label: text({ max: 100 }) })
export interface Piece extends Row<typeof Piece> {}

/** What the errors of a workbench tell the log, and nobody else. */
export const WORKBENCH_SECRET = 'the key is under the mat'

/**
 * Creates a service for tests of the kernel, whose use cases go wrong on demand: `:fail` throws a defect, `:misspell` has
 * the database refuse a statement, `:hang` writes and never ends, `:say` logs, and `:wait` takes as long as it is told.
 * Run as a program, this file is such a service by the name of `workbench`.
 */
export function createWorkbench(name = 'workbench'): Service {
  return service({
    name,
    description: 'Here things go wrong.',
    connect: () => ({}),
    entities: [Piece],
    resources: [
      resource(Piece, {
        list: true,
        get: true,
        create: true,
        custom: {
          fail: action(fail, onPieces),
          hang: action(hang, onPieces),
          misspell: action(misspell, onPieces),
          say: action(say, { ...onPieces, body: { words: text() } }),
          wait: read(wait, { ...onPieces, query: { milliseconds: integer({ min: 0 }) } }),
        },
      }),
    ],
    migrations: draftedMigrations(name, [Piece]),
  })
}

const onPieces = { collection: true, reply: { content_type: 'text/plain' } } as const

async function fail(): Promise<string> {
  throw new Error(WORKBENCH_SECRET)
}

async function hang({ db }: Writes): Promise<string> {
  await db.insert(Piece, { label: 'never done' })
  return new Promise<string>(() => {})
}

async function misspell({ db }: Writes): Promise<string> {
  return (await db.get(Misspelt, WORKBENCH_SECRET)).id
}

/** It has no table. */
const Misspelt = entity('piezes', 'pieze', {})

async function say({ log }: Writes, { words }: { readonly words: string }): Promise<string> {
  log.info({ words }, 'said')
  return words
}

async function wait(_needs: Reads, { milliseconds }: { readonly milliseconds: number }): Promise<string> {
  await sleep(milliseconds)
  return 'done'
}

if (import.meta.main) await runCommand([createWorkbench()], process.argv.slice(2))
