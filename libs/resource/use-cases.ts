import { rethrowOutOf, rethrowWithin } from '@mainspring/core'
import type { Entity } from '@mainspring/data'
import type { Methods } from './declaration.ts'
import type { AnyRow, UseCases } from './methods.ts'

/** The use cases behind an entity's writes: those that the service states, and the kernel's own for the rest. */
export function useCasesOf(entity: Entity, methods: Methods): UseCases {
  return {
    ...createsOf(entity, methods),
    update:
      stated<UseCases['update']>(methods.update, 'handle') ??
      (({ db }, next, current) => db.update(entity, current, next)),
    delete:
      stated<UseCases['delete']>(methods.delete, 'handle') ??
      (({ db }, current, options) => db.delete(entity, current, options)),
  }
}

function createsOf(entity: Entity, { create }: Methods): Pick<UseCases, 'create' | 'createMany'> {
  const one = stated<UseCases['create']>(create, 'handle')
  if (one) {
    const createMany: UseCases['createMany'] = (needs, inputs) => oneByOne(inputs, (input) => one(needs, input))
    return { create: one, createMany }
  }
  const many = stated<UseCases['createMany']>(create, 'handleMany')
  if (many) return { create: (needs, input) => onlyOne(many(needs, [input])), createMany: many }
  return {
    create: ({ db }, input) => db.insert(entity, input),
    createMany: ({ db }, inputs) => db.insertMany(entity, inputs),
  }
}

async function oneByOne<T>(inputs: readonly T[], work: (input: T) => Promise<AnyRow>): Promise<readonly AnyRow[]> {
  const rows: AnyRow[] = []
  for (const [index, input] of inputs.entries()) rows.push(await work(input).catch(rethrowWithin(`[${index}]`)))
  return rows
}

async function onlyOne(rows: Promise<readonly AnyRow[]>): Promise<AnyRow> {
  const [row] = await rows.catch(rethrowOutOf('[0]'))
  if (!row) throw new Error('A use case that makes many rows made none of one.')
  return row
}

/**
 * What a service declared under its own types, as the kernel calls it: `resource` has checked that the use case accepts
 * what the request's schema lets through, and `service` that its needs are connected.
 */
function stated<F>(method: true | object | undefined, name: 'handle' | 'handleMany'): F | undefined {
  return typeof method === 'object' ? (Reflect.get(method, name) as F | undefined) : undefined
}
