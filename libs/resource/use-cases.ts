import type { Entity } from '@mainspring/data'
import type { Methods } from './declaration.ts'
import type { UseCases } from './methods.ts'

/** The use cases behind an entity's writes: those that the service states, and the kernel's own for the rest. */
export function useCasesOf(entity: Entity, methods: Methods): UseCases {
  return {
    create: stated<UseCases['create']>(methods.create) ?? (({ db }, input) => db.insert(entity, input)),
    update: stated<UseCases['update']>(methods.update) ?? (({ db }, next, current) => db.update(entity, current, next)),
    delete:
      stated<UseCases['delete']>(methods.delete) ?? (({ db }, current, options) => db.delete(entity, current, options)),
  }
}

/**
 * What a service declared under its own types, as the kernel calls it: `resource` has checked that the use case accepts
 * what the request's schema lets through, and `service` that its needs are connected.
 */
function stated<F>(method: true | { readonly handle: unknown } | undefined): F | undefined {
  return typeof method === 'object' ? (method.handle as F) : undefined
}
