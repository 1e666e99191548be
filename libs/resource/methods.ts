import { AppError, invalid } from '@mainspring/core'
import { type Entity, etagOf, type RowOf, type Writes } from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { checkApply, requireMatch } from './preconditions.ts'
import { type Runtime, writeFor, writeForeseen } from './runtime.ts'

/** A row of any entity. */
export type AnyRow = RowOf<unknown>

/** The use cases behind an entity's writes: the kernel's own where a service states none. */
export interface UseCases {
  /** `input` is the checked body with the chosen id, if any. */
  readonly create: (needs: Writes, input: Record<string, unknown>) => Promise<AnyRow>
  /** The same for many; what it throws names the entry, `[2].teeth`. */
  readonly createMany: (needs: Writes, inputs: readonly Record<string, unknown>[]) => Promise<readonly AnyRow[]>
  /** `next` is every field a client may write; `current` is the locked row. */
  readonly update: (needs: Writes, next: Record<string, unknown>, current: AnyRow) => Promise<AnyRow>
  readonly delete: (needs: Writes, current: AnyRow, options: { readonly force: boolean }) => Promise<void>
}

/** Everything that the standard methods of one entity share. */
export interface Standard {
  readonly runtime: Runtime
  readonly entity: Entity
  /** The path parameter that holds the id: `sprocket_id`. */
  readonly parameter: string
  readonly useCases: UseCases
  /** What POST and PUT may apply of a checked body: all but what the service owns. */
  readonly inputOf: (body: object) => Record<string, unknown>
  /** Whether making one may find one. */
  readonly mayFind: boolean
  /** What of a row is answered. */
  readonly present: (row: AnyRow) => object
  /** A row after a merge patch: every field that a client may write, valid as a whole. */
  readonly merge: (current: AnyRow, patch: Readonly<Record<string, unknown>>) => Record<string, unknown>
}

/** GET of one. */
export async function get(standard: Standard, request: Request): Promise<Reply> {
  const { runtime, entity } = standard
  return answer(standard, await runtime.database.reader.get(entity, idOf(standard, request)))
}

/** POST to the collection. */
export function create(standard: Standard, request: Request): Promise<Reply> {
  const { runtime, inputOf, useCases } = standard
  const body = asObject(request.body)
  const id = agreedId(request.query.id, body.id)
  const input = { ...inputOf(body), ...(id === undefined ? {} : { id }) }
  return writeForeseen(runtime, request, async (needs) =>
    madeOrFound(standard, request, needs, await useCases.create(needs, input)),
  )
}

/** PATCH: merged, then validated whole. The row is locked first, so that two patches of different fields both hold. */
export function update(standard: Standard, request: Request): Promise<Reply> {
  const { runtime, entity, useCases, merge } = standard
  const id = idOf(standard, request)
  const patch = asObject(request.body)
  agreedId(id, patch.id)
  return writeFor(runtime, request, async (needs) => {
    const current = requireMatch(await needs.db.getForUpdate(entity, id), request)
    return answer(standard, await useCases.update(needs, merge(current, patch), current))
  })
}

/** How often PUT runs again when others make and delete the same resource meanwhile. */
const MOST_RERUNS = 8

/** PUT: replaces or makes. The loser of a race to make one finds the winner's row when it runs again. */
export async function apply(standard: Standard, request: Request): Promise<Reply> {
  const id = idOf(standard, request)
  agreedId(id, asObject(request.body).id)
  for (let reruns = 0; ; reruns++) {
    try {
      return await applyOnce(standard, request, id)
    } catch (error) {
      if (!isTakenId(error) || reruns === MOST_RERUNS) throw error
    }
  }
}

/** DELETE. */
export function remove(standard: Standard, request: Request): Promise<Reply> {
  const { runtime, entity, useCases } = standard
  const id = idOf(standard, request)
  return writeFor(runtime, request, async (needs) => {
    const current = requireMatch(await needs.db.getForUpdate(entity, id), request)
    await useCases.delete(needs, current, { force: request.query.force === true })
    return { status: 204 }
  })
}

function applyOnce(standard: Standard, request: Request, id: string): Promise<Reply> {
  const { runtime, entity, useCases, inputOf } = standard
  return writeFor(runtime, request, async (needs) => {
    const current = await needs.db.findForUpdate(entity, id)
    checkApply(`${entity.collection}/${id}`, current, request)
    const { id: _, ...values } = inputOf(asObject(request.body))
    if (current) return answer(standard, await useCases.update(needs, values, current))
    return madeOrFound(standard, request, needs, await useCases.create(needs, { ...values, id }))
  })
}

/** A row as an answer, with its ETag. */
export const answer = ({ present }: Standard, row: AnyRow): Reply => ({
  status: 200,
  headers: { etag: etagOf(row) },
  body: present(row),
})

function madeOrFound(standard: Standard, request: Request, { db }: Writes, row: AnyRow): Reply {
  const reply = answer(standard, row)
  if (standard.mayFind && !db.made(row.path)) return reply
  return { ...reply, status: 201, headers: { ...reply.headers, location: `${prefixOf(request.path)}/${row.path}` } }
}

/** `/v1` of `/v1/sprockets`. */
const prefixOf = (path: string): string => path.slice(0, path.indexOf('/', 1))

/** The id in the path. */
export const idOf = ({ parameter }: Standard, { params }: Request): string => params[parameter] ?? ''

/** A body that passed its schema is an object. */
export const asObject = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? { ...body } : {}

/** One id out of the path or query and the body, which must not contradict each other. */
export function agreedId(given: unknown, inBody: unknown): string | undefined {
  const id = given ?? inBody ?? undefined
  if (typeof given === 'string' && inBody !== undefined && inBody !== given) {
    const detail = `The body says ${JSON.stringify(inBody)}, the address ${JSON.stringify(given)}.`
    throw invalid('id_mismatch', { field: 'id', detail })
  }
  return typeof id === 'string' ? id : undefined
}

const isTakenId = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'already_exists' && error.errors[0]?.field === 'id'
