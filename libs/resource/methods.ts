import { AppError, type FieldError, invalidFields } from '@mainspring/core'
import { type Entity, etagOf, type RowOf, type Writes } from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { mergePatch } from './merge-patch.ts'
import { checkApply, requireMatch } from './preconditions.ts'
import { type Runtime, readsFor, writeFor } from './runtime.ts'
import { parameterOf, writable } from './schemas.ts'

/** A row of any entity. */
export type AnyRow = RowOf<unknown>

/** The use cases behind an entity's writes: the kernel's own where a service states none. */
export interface UseCases {
  /** `input` is the checked body with the chosen id, if any. */
  readonly create: (needs: Writes, input: Record<string, unknown>) => Promise<AnyRow>
  /** `next` is every field a client may write; `current` is the locked row. */
  readonly update: (needs: Writes, next: Record<string, unknown>, current: AnyRow) => Promise<AnyRow>
  readonly delete: (needs: Writes, current: AnyRow, options: { readonly force: boolean }) => Promise<void>
}

/** Everything that the standard methods of one entity share. */
export interface Standard {
  readonly runtime: Runtime
  readonly entity: Entity
  readonly useCases: UseCases
  /** Takes defaults in place and tells what is wrong with a whole resource. */
  readonly check: (resource: unknown) => readonly FieldError[]
}

/** GET of one. */
export async function get({ runtime, entity }: Standard, request: Request): Promise<Reply> {
  const row = await readsFor(runtime, request).db.get(entity, idOf(entity, request))
  return answer(200, row)
}

/** POST to the collection. */
export function create({ runtime, entity, useCases }: Standard, request: Request): Promise<Reply> {
  const body = asObject(request.body)
  const id = agreedId(request.query.id, body.id)
  return writeFor(runtime, request, async (needs) => {
    const row = await useCases.create(needs, { ...writable(entity, body), ...(id === undefined ? {} : { id }) })
    return created(request, row)
  })
}

/** PATCH: merged, then validated whole. The row is locked first, so that two patches of different fields both hold. */
export function update({ runtime, entity, useCases, check }: Standard, request: Request): Promise<Reply> {
  const id = idOf(entity, request)
  const patch = asObject(request.body)
  agreedId(id, patch.id)
  return writeFor(runtime, request, async (needs) => {
    const current = requireMatch(await needs.db.getForUpdate(entity, id), request)
    return answer(200, await useCases.update(needs, merged(entity, current, patch, check), current))
  })
}

/** PUT: replaces or makes. The loser of a race to make one finds the winner's row when it runs again. */
export async function apply(standard: Standard, request: Request): Promise<Reply> {
  const id = idOf(standard.entity, request)
  agreedId(id, asObject(request.body).id)
  try {
    return await applyOnce(standard, request, id)
  } catch (error) {
    if (!isTakenId(error)) throw error
    return applyOnce(standard, request, id)
  }
}

/** DELETE. */
export function remove({ runtime, entity, useCases }: Standard, request: Request): Promise<Reply> {
  const id = idOf(entity, request)
  return writeFor(runtime, request, async (needs) => {
    const current = requireMatch(await needs.db.getForUpdate(entity, id), request)
    await useCases.delete(needs, current, { force: request.query.force === true })
    return { status: 204 }
  })
}

function applyOnce({ runtime, entity, useCases }: Standard, request: Request, id: string): Promise<Reply> {
  return writeFor(runtime, request, async (needs) => {
    const current = await needs.db.findForUpdate(entity, id)
    checkApply(`${entity.collection}/${id}`, current, request)
    const { id: _, ...values } = writable(entity, asObject(request.body))
    if (current) return answer(200, await useCases.update(needs, values, current))
    return created(request, await useCases.create(needs, { ...values, id }))
  })
}

/** A row after a merge patch, every field that a client may write, valid as a whole. */
export function merged(
  entity: Entity,
  current: AnyRow,
  patch: object,
  check: Standard['check'],
): Record<string, unknown> {
  const next = asObject(mergePatch(writable(entity, current), writable(entity, patch)))
  const errors = check(next)
  if (errors.length > 0) throw invalidFields(errors)
  const { id: _, ...values } = next
  return values
}

/** A row as an answer, with its ETag. */
export const answer = (status: number, row: AnyRow): Reply => ({ status, headers: { etag: etagOf(row) }, body: row })

const created = (request: Request, row: AnyRow): Reply => ({
  status: 201,
  headers: { etag: etagOf(row), location: `${prefixOf(request.path)}/${row.path}` },
  body: row,
})

/** `/v1` of `/v1/sprockets`. */
const prefixOf = (path: string): string => path.slice(0, path.indexOf('/', 1))

/** The id in the path. */
export const idOf = (entity: Entity, request: Request): string => request.params[parameterOf(entity.singular)] ?? ''

/** A body that passed its schema is an object. */
export const asObject = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? { ...body } : {}

/** One id out of the path or query and the body, which must not contradict each other. */
export function agreedId(given: unknown, inBody: unknown): string | undefined {
  const id = given ?? inBody ?? undefined
  if (typeof given === 'string' && inBody !== undefined && inBody !== given) {
    const detail = `The body says ${JSON.stringify(inBody)}, the address ${JSON.stringify(given)}.`
    throw invalidFields([{ field: 'id', code: 'id_mismatch', detail }])
  }
  return typeof id === 'string' ? id : undefined
}

const isTakenId = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'already_exists' && error.errors[0]?.field === 'id'
