import { createCheckedClient } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'
import { services } from './index.ts'

const client = createCheckedClient(inject('base_url'))

interface Page {
  readonly results: readonly { readonly id: string; readonly declared: boolean }[]
}

test('operations tell of all services, and of each listener and queue that they declare', async () => {
  const found = await client.get<Page>('/v1/operations/services')
  const consumers = await client.get<Page>('/v1/operations/consumers')

  const declared = services.flatMap(({ listeners, queues }) => [...listeners, ...queues].map(({ name }) => name))
  expect(found.body.results.map(({ id }) => id)).toEqual(services.map(({ name }) => name))
  expect(
    consumers.body.results
      .filter((each) => each.declared)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(declared.toSorted())
})

test('each of them is measured', async () => {
  const { body } = await client.get<string>('/metrics')

  for (const { name, listeners } of services) {
    expect(body).toContain(`mainspring_service_up{service="${name}"} 1\n`)
    for (const listener of listeners) {
      expect(body).toContain(`mainspring_consumer_lag_events{service="${name}",consumer="${listener.name}"} `)
    }
  }
})
