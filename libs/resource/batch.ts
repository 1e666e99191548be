import { AppError, type FieldError, invalidFields } from '@mainspring/core'
import { type Entity, rowNotFound, type Writes } from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { agreedId, asObject, merged, type Standard } from './methods.ts'
import { requireEtag } from './preconditions.ts'
import { readsFor, refuseIfMatch, writeFor } from './runtime.ts'
import { writable } from './schemas.ts'

/** One entry of a batch, its schema checked. */
type Entry = Readonly<Record<string, unknown>>

/** `:batch-get`: all of them or `not_found`, naming the entry. */
export async function batchGet({ runtime, entity }: Standard, request: Request): Promise<Reply> {
  refuseIfMatch(request)
  const ids = entriesOf(request).map((entry) => String(entry.id))
  const rows = await readsFor(runtime, request).db.findMany(entity, ids)
  const errors = rows.flatMap((row, index) => (row ? [] : [missingAt(index, entity, ids[index] ?? '')]))
  if (errors.length > 0) throw new AppError('not_found', 'not_found', { errors })
  return { status: 200, body: { results: rows } }
}

/** `:batch-create`; `plainly` where the service states no use case of its own: then a few statements make all rows. */
export function batchCreate(standard: Standard, request: Request, plainly: boolean): Promise<Reply> {
  const { entity, useCases } = standard
  return batchWrite(standard, request, async (needs, entries) => {
    const inputs = entries.map((entry) => writable(entity, entry))
    if (plainly) return needs.db.insertMany(entity, inputs).catch(inRequests)
    return inOrder(inputs, (input) => useCases.create(needs, input))
  })
}

/** `:batch-update`: entries are `{ id, etag?, patch }`. */
export function batchUpdate(standard: Standard, request: Request): Promise<Reply> {
  const { entity, useCases, check } = standard
  return batchWrite(standard, request, async (needs, entries) => {
    const rows = await needs.db.findManyForUpdate(entity, entries.map(idOfEntry))
    return inOrder(entries, (entry) => {
      const current = requireEtag(entity, idOfEntry(entry), rows.get(idOfEntry(entry)), etagOfEntry(entry))
      const patch = asObject(entry.patch)
      agreedId(current.id, patch.id)
      return useCases.update(needs, merged(entity, current, patch, check), current)
    })
  })
}

/** `:batch-delete`: entries are `{ id, etag?, force? }`; answers what is gone. */
export function batchDelete(standard: Standard, request: Request): Promise<Reply> {
  const { entity, useCases } = standard
  return batchWrite(standard, request, async (needs, entries) => {
    const rows = await needs.db.findManyForUpdate(entity, entries.map(idOfEntry))
    return inOrder(entries, async (entry) => {
      const current = requireEtag(entity, idOfEntry(entry), rows.get(idOfEntry(entry)), etagOfEntry(entry))
      await useCases.delete(needs, current, { force: entry.force === true })
      return { id: current.id, path: current.path }
    })
  })
}

function batchWrite(
  { runtime }: Standard,
  request: Request,
  work: (needs: Writes, entries: readonly Entry[]) => Promise<readonly unknown[]>,
): Promise<Reply> {
  refuseIfMatch(request)
  const entries = entriesOf(request)
  refuseDuplicates(entries)
  return writeFor(runtime, request, async (needs) => ({ status: 200, body: { results: await work(needs, entries) } }))
}

const entriesOf = (request: Request): readonly Entry[] => {
  const { requests } = asObject(request.body)
  return Array.isArray(requests) ? requests : []
}

const idOfEntry = (entry: Entry): string => String(entry.id)
const etagOfEntry = (entry: Entry): string | undefined => (typeof entry.etag === 'string' ? entry.etag : undefined)

function refuseDuplicates(entries: readonly Entry[]): void {
  const seen = new Set<unknown>()
  const errors: FieldError[] = []
  for (const [index, { id }] of entries.entries()) {
    if (id !== undefined && seen.has(id)) {
      errors.push({
        field: `requests[${index}].id`,
        code: 'duplicate_id',
        detail: `The id ${String(id)} is in this batch twice.`,
      })
    }
    seen.add(id)
  }
  if (errors.length > 0) throw invalidFields(errors)
}

async function inOrder<T, R>(entries: readonly T[], work: (entry: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (const [index, entry] of entries.entries()) {
    try {
      results.push(await work(entry))
    } catch (error) {
      throw error instanceof AppError ? error.within(`requests[${index}]`) : error
    }
  }
  return results
}

const inRequests = (error: unknown) => {
  throw error instanceof AppError ? error.within('requests') : error
}

const missingAt = (index: number, entity: Entity, id: string): FieldError => ({
  field: `requests[${index}].id`,
  code: 'not_found',
  detail: rowNotFound(entity, id).message,
})
