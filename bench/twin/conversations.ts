import type { OperationName } from '../operations.ts'
import type { Resource } from '../resources/resource.ts'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}
/** What is sent besides a path. */
export interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: object | string
}
export type Ask = (path: string, sent?: Sent) => Promise<Answer>
/** A conversation with a server: requests of which later ones may follow from the answers before. */
export type Talk = (ask: Ask) => Promise<unknown>

/** Requests whose answers are alike to the letter, but for what is made up anew each time. */
export function conversations(resource: Resource): Record<string, Talk> {
  const { collection, operations, body, patch, query, required } = resource
  const all = `/v1/${collection}`
  const post = (sent: object | string, headers = {}): Sent => ({ method: 'POST', body: sent, headers })
  const change = (sent: object, headers = {}): Sent => ({
    method: 'PATCH',
    body: sent,
    headers: { 'content-type': 'application/merge-patch+json', ...headers },
  })
  const field = resource.orders.find((name) => name in resource.stored) ?? 'update_time'
  const [needed = ''] = required
  const page = (parameters: Record<string, string>) => `${all}?${new URLSearchParams(parameters)}`
  const following = async (ask: Ask, parameters: Record<string, string>) => {
    for (let token: string | undefined; ; ) {
      const answer = await ask(page({ ...parameters, ...(token === undefined ? {} : { page_token: token }) }))
      token = JSON.parse(answer.body).next_page_token
      if (token === undefined) return
    }
  }
  const make = async (ask: Ask, id: string, index = 7) => (await ask(`${all}?id=${id}`, post(body(index)))).headers.etag
  const reads: Record<string, Talk> = {
    'a list': (ask) => ask(page({ max_page_size: '20' })),
    'all pages': (ask) => following(ask, { max_page_size: '20' }),
    'a list with a filter and an order': (ask) => following(ask, { max_page_size: '5', ...query(0) }),
    'a list in two directions': (ask) => following(ask, { max_page_size: '25', order_by: `-${field},create_time` }),
    'a list with a total and a skip': (ask) => ask(page({ max_page_size: '3', skip: '2', show_total_size: 'true' })),
    'a list with wrong parameters': (ask) =>
      ask(page({ max_page_size: '-1', skip: '10001', show_total_size: 'maybe', sort: 'x' })),
    'a list with text for a number': (ask) => ask(page({ max_page_size: 'many' })),
    'a token of another list': async (ask) => {
      const { body: first } = await ask(page({ max_page_size: '2' }))
      await ask(page({ order_by: `-${field}`, page_token: JSON.parse(first).next_page_token }))
    },
    'a token that is none': (ask) => ask(page({ page_token: 'none' })),
    'an order by what is no field': (ask) => ask(page({ order_by: 'weight' })),
    'an order by one field twice': (ask) => ask(page({ order_by: `${field},-${field}` })),
  }
  const creates: Record<string, Talk> = {
    'a create and a get': async (ask) => {
      await make(ask, 'made')
      await ask(`${all}/made`)
    },
    'a create without an id': (ask) => ask(all, post(body(3))),
    'a create with an id in the body': (ask) => ask(all, post({ id: 'in-body', ...body(3) })),
    'a create with two ids': (ask) => ask(`${all}?id=one`, post({ id: 'two', ...body(3) })),
    'a create with what the service owns': (ask) =>
      ask(`${all}?id=owned`, post({ ...body(3), path: 1, create_time: 2 })),
    'a create of what is there': async (ask) => {
      await make(ask, 'twice')
      await make(ask, 'twice')
    },
    'a create with a wrong id': (ask) => ask(`${all}?id=NO`, post(body(3))),
    'a create with an unknown parameter': (ask) => ask(`${all}?x=1`, post(body(3))),
    'a create of nothing': (ask) => ask(all, post({})),
    'a create with a wrong type': (ask) => ask(all, post({ ...body(3), [needed]: {} })),
    'a create with a null': (ask) => ask(all, post({ ...body(3), [needed]: null })),
    'a create with an unknown field': (ask) => ask(all, post({ ...body(3), unheard_of: 1 })),
    'a create with several mistakes': (ask) => ask(all, post({ ...body(3), [needed]: undefined, id: 'NO', other: 2 })),
    'a create without a body': (ask) => ask(all, { method: 'POST', headers: { 'content-type': 'application/json' } }),
    'a get of what was not changed': async (ask) => {
      const etag = await make(ask, 'known')
      await ask(`${all}/known`, { headers: { 'if-none-match': etag ?? '' } })
    },
    'a get of nothing': (ask) => ask(`${all}/nothing`),
    'a get with a wrong id': (ask) => ask(`${all}/NO`),
    'a get with a parameter': (ask) => ask(`${all}/nothing?x=1`),
    'a path that nobody knows': (ask) => ask('/v1/nowhere'),
    'the id of a request': (ask) => ask(`${all}/nothing`, { headers: { 'x-request-id': 'mine' } }),
    'a key and its replay': async (ask) => {
      const headers = { 'idempotency-key': 'first' }
      await ask(all, post(body(4), headers))
      await ask(all, post(body(4), headers))
      await ask(all, post(body(5), headers))
      await ask(page({ max_page_size: '1', show_total_size: 'true' }))
    },
    'a key that failed': async (ask) => {
      await make(ask, 'taken')
      const headers = { 'idempotency-key': 'failing' }
      await ask(`${all}?id=taken`, post(body(4), headers))
      await ask(`${all}?id=not-taken`, post(body(4), headers))
    },
    'a key that is none': (ask) => ask(all, post(body(4), { 'idempotency-key': 'x'.repeat(256) })),
  }
  const changes: Record<string, Talk> = {
    'a patch with the tag, and with a stale one': async (ask) => {
      const etag = await make(ask, 'patched')
      await ask(`${all}/patched`, change(patch(9), { 'if-match': etag }))
      await ask(`${all}/patched`, change(patch(10), { 'if-match': etag }))
      await ask(`${all}/patched`, change(patch(11)))
      await ask(`${all}/patched`)
    },
    'a patch with a key and its replay': async (ask) => {
      await make(ask, 'keyed')
      const headers = { 'idempotency-key': 'patch' }
      await ask(`${all}/keyed`, change(patch(9), headers))
      await ask(`${all}/keyed`, change(patch(9), headers))
    },
    'a patch of nothing': (ask) => ask(`${all}/nothing`, change(patch(1))),
    'a patch that takes away what is needed': async (ask) => {
      await make(ask, 'needy')
      await ask(`${all}/needy`, change({ [needed]: null }))
    },
    'a patch with an unknown field': (ask) => ask(`${all}/nothing`, change({ unheard_of: 1 })),
    'a patch with another id': (ask) => ask(`${all}/nothing`, change({ id: 'other' })),
    'a batch': (ask) => ask(`${all}:batch-create`, post({ requests: [{ id: 'b-1', ...body(1) }, body(2)] })),
    'a batch with a key and its replay': async (ask) => {
      const sent = post({ requests: [body(1), body(2)] }, { 'idempotency-key': 'batch' })
      await ask(`${all}:batch-create`, sent)
      await ask(`${all}:batch-create`, sent)
    },
    'a batch of which one is there': async (ask) => {
      await make(ask, 'b-taken')
      await ask(
        `${all}:batch-create`,
        post({
          requests: [
            { id: 'b-new', ...body(1) },
            { id: 'b-taken', ...body(1) },
          ],
        }),
      )
      await ask(`${all}/b-new`)
    },
    'a batch with one id twice': (ask) =>
      ask(
        `${all}:batch-create`,
        post({
          requests: [
            { id: 'b', ...body(1) },
            { id: 'b', ...body(1) },
          ],
        }),
      ),
    'a batch with mistakes': (ask) => ask(`${all}:batch-create`, post({ requests: [{}, { ...body(1), other: 1 }] })),
    'an empty batch': (ask) => ask(`${all}:batch-create`, post({ requests: [] })),
    'a batch that is too large': (ask) =>
      ask(`${all}:batch-create`, post({ requests: Array.from({ length: 1001 }, () => body(1)) })),
    'a batch with If-Match': (ask) => ask(`${all}:batch-create`, post({ requests: [body(1)] }, { 'if-match': '*' })),
  }
  const takes = (operation: OperationName) => operations.includes(operation)
  return { ...reads, ...(takes('create') ? creates : {}), ...(takes('patch') ? changes : {}) }
}

/** Requests that are refused alike, though not in the same words. */
export function loose({ collection, columns, operations }: Resource): Record<string, Talk> {
  const all = `/v1/${collection}`
  const post = (body: string, type = 'application/json'): Sent => ({
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  const number = Object.keys(columns).find((name) => columns[name] === 'integer')
  const filter = (text: string) => `${all}?${new URLSearchParams({ filter: text })}`
  const bodies: Record<string, Talk> = {
    'a body that is no JSON': (ask) => ask(all, post('{"a":')),
    'a body of another type': (ask) => ask(all, post('a=1', 'application/x-www-form-urlencoded')),
  }
  return {
    ...(operations.includes('create') ? bodies : {}),
    'a filter by what is no field': (ask) => ask(filter('weight > 1')),
    'a filter that is none': (ask) => ask(filter(`${number} ~ 1`)),
    'a filter that ends too early': (ask) => ask(filter(`${number} > `)),
    'a filter by another type': (ask) => ask(filter(`${number} > 'x'`)),
  }
}
