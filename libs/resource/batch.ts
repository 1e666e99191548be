import { AppError, collectErrors, type FieldError, rethrowWithin } from '@mainspring/core'
import { type RowOf, rowNotFound, type Writes } from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { boundedFind, inTurn } from './bulk.ts'
import { type AnyRow, agreedId, asObject, type Standard } from './methods.ts'
import { requireEtag } from './preconditions.ts'
import { refuseIfMatch, writeFor, writeForeseen } from './runtime.ts'

/** One entry of a batch, its schema checked. */
type Entry = Readonly<Record<string, unknown>>

/** `:batch-get`: all of them or `not_found`, naming the entries. */
export async function batchGet({ runtime, entity, present }: Standard, request: Request): Promise<Reply> {
  refuseIfMatch(request)
  const entries = entriesOf(request)
  refuseDuplicates(entries)
  const rows = await boundedFind(runtime.database.reader, entity, entries.map(idOf))
  const results = collectEntries(entries, (entry, index) => {
    const row = rows[index]
    if (!row) throw rowNotFound(entity, idOf(entry)).within('id')
    return present(row)
  })
  return { status: 200, body: { results } }
}

/** `:batch-create`. */
export function batchCreate(standard: Standard, request: Request): Promise<Reply> {
  const { runtime, inputOf, present, useCases } = standard
  const entries = checkedEntries(request)
  return inTurn('write', entries.length, () => {
    const inputs = entries.map(inputOf)
    return writeForeseen(runtime, request, async (needs) => {
      const rows = await useCases.createMany(needs, inputs).catch(rethrowWithin('requests'))
      return replyWith(rows.map(present))
    })
  })
}

/** `:batch-update`: entries are `{ id, etag?, patch }`. */
export function batchUpdate(standard: Standard, request: Request): Promise<Reply> {
  const { merge, present, useCases } = standard
  return batchWrite(standard, request, async (needs, entries) => {
    const currents = await lockEntries(standard, needs, entries)
    const changes = collectEntries(entries, ({ patch }, index) =>
      inPatch(() => {
        const current = rowAt(currents, index)
        agreedId(current.id, asObject(patch).id)
        return merge(current, asObject(patch))
      }),
    )
    const rows = await inOrder(changes, (next, index) =>
      useCases.update(needs, next, rowAt(currents, index)).catch(rethrowWithin('patch')),
    )
    return rows.map(present)
  })
}

/** `:batch-delete`: entries are `{ id, etag?, force? }`; answers what is gone. */
export function batchDelete(standard: Standard, request: Request): Promise<Reply> {
  const { useCases } = standard
  return batchWrite(standard, request, async (needs, entries) => {
    const currents = await lockEntries(standard, needs, entries)
    return inOrder(entries, async ({ force }, index) => {
      const { id, path } = rowAt(currents, index)
      await useCases.delete(needs, rowAt(currents, index), { force: force === true })
      return { id, path }
    })
  })
}

function batchWrite(
  { runtime }: Standard,
  request: Request,
  work: (needs: Writes, entries: readonly Entry[]) => Promise<readonly unknown[]>,
): Promise<Reply> {
  const entries = checkedEntries(request)
  return writeFor(runtime, request, async (needs) => replyWith(await work(needs, entries)))
}

const replyWith = (results: readonly unknown[]): Reply => ({ status: 200, body: { results } })

function checkedEntries(request: Request): readonly Entry[] {
  refuseIfMatch(request)
  const entries = entriesOf(request)
  refuseDuplicates(entries)
  return entries
}

const entriesOf = (request: Request): readonly Entry[] => {
  const { requests } = asObject(request.body)
  return Array.isArray(requests) ? requests : []
}

const idOf = (entry: Entry): string => String(entry.id)

function refuseDuplicates(entries: readonly Entry[]): void {
  const seen = new Set<unknown>()
  const errors: FieldError[] = []
  for (const [index, { id }] of entries.entries()) {
    if (id !== undefined && seen.has(id)) {
      const detail = `The id ${String(id)} is in this batch twice.`
      errors.push({ field: `requests[${index}].id`, code: 'duplicate_id', detail })
    }
    seen.add(id)
  }
  if (errors.length > 0) throw new AppError('invalid', 'duplicate_id', { errors })
}

/** The rows that entries are about, locked, each as its entry expects it. */
async function lockEntries(
  { entity }: Standard,
  { db }: Writes,
  entries: readonly Entry[],
): Promise<readonly AnyRow[]> {
  const rows = await db.findManyForUpdate(entity, entries.map(idOf))
  return collectEntries(entries, (entry) => {
    const row = rows.get(idOf(entry))
    if (!row) throw rowNotFound(entity, idOf(entry)).within('id')
    return requireEtag(row, entry.etag)
  })
}

/** There is a row for each entry: `lockEntries` saw to it. */
function rowAt(rows: readonly AnyRow[], index: number): RowOf<unknown> {
  const row = rows[index]
  if (!row) throw new Error(`Entry ${index} has no row.`)
  return row
}

const collectEntries = <T, R>(entries: readonly T[], work: (entry: T, index: number) => R): readonly R[] =>
  collectErrors(entries, work, placeOf)

const placeOf = (index: number): string => `requests[${index}]`

async function inOrder<T, R>(
  entries: readonly T[],
  work: (entry: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (const [index, entry] of entries.entries()) {
    results.push(await work(entry, index).catch(rethrowWithin(placeOf(index))))
  }
  return results
}

function inPatch<R>(work: () => R): R {
  try {
    return work()
  } catch (error) {
    return rethrowWithin('patch')(error)
  }
}
