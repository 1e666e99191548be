import { describeEngine } from '@mainspring/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillDatabase } from '../databases.ts'
import { resources } from '../resources/index.ts'
import type { Resource } from '../resources/resource.ts'
import { type MeasuredServer, startServer } from '../servers.ts'

// A twin that answers otherwise, or checks less, would make the comparison a lie.
const ROWS = 60

for (const engine of ['sqlite', 'postgres'] as const) {
  describeEngine(engine, 'the twin', ({ createUrl }) => {
    for (const resource of resources) {
      for (const kind of engine === 'sqlite' ? (['twin', 'grouped'] as const) : (['twin'] as const)) {
        describe(`${kind} of ${resource.collection}`, () => answersAsOurs(kind, resource, createUrl))
      }
    }
  })
}

function answersAsOurs(kind: 'twin' | 'grouped', resource: Resource, createUrl: () => Promise<string>): void {
  let ours: MeasuredServer
  let twin: MeasuredServer
  beforeAll(async () => {
    ours = await startOn('ours')
    twin = await startOn(kind)
  })
  afterAll(async () => {
    await ours?.end()
    await twin?.end()
  })

  test.each(Object.entries(conversations(resource)))('answers as ours: %s', async (_, talk) => {
    const expected = await listen(ours.url, talk)
    const answers = await listen(twin.url, talk)

    expect(answers).toEqual(expected)
  })

  test.each(Object.entries(loose(resource)))('answers as ours but for the words: %s', async (_, talk) => {
    const expected = await listen(ours.url, talk)
    const answers = await listen(twin.url, talk)

    expect(answers.map(withoutWords)).toEqual(expected.map(withoutWords))
  })

  test('of those who race with one tag one wins', async () => {
    const { collection, body, patch } = resource
    const url = `${twin.url}/v1/${collection}`
    const json = { 'content-type': 'application/json' }
    const tagOf = (answer: Response) => answer.headers.get('etag') ?? ''
    let tag = tagOf(await fetch(`${url}?id=raced`, { method: 'POST', headers: json, body: JSON.stringify(body(1)) }))
    const headers = { 'content-type': 'application/merge-patch+json' }

    const rounds: (readonly number[])[] = []
    for (let round = 0; round < 10; round++) {
      const race = Array.from({ length: 8 }, (_, index) =>
        fetch(`${url}/raced`, {
          method: 'PATCH',
          headers: { ...headers, 'if-match': tag },
          body: JSON.stringify(patch(index)),
        }),
      )
      const answers = await Promise.all(race)
      tag = tagOf(await fetch(`${url}/raced`))
      rounds.push(answers.map(({ status }) => status).toSorted())
    }

    expect(rounds).toEqual(rounds.map(() => [200, ...Array(7).fill(412)]))
  })

  test('those who race with one key make one', async () => {
    const { collection, body } = resource
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'raced' }

    const racing = Array.from({ length: 8 }, () =>
      fetch(`${twin.url}/v1/${collection}`, { method: 'POST', headers, body: JSON.stringify(body(1)) }),
    )
    const answers = await Promise.all(racing)

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201))
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
  })

  async function startOn(which: MeasuredServer['kind']): Promise<MeasuredServer> {
    const url = await createUrl()
    await fillDatabase(resource, url, ROWS)
    return startServer(which, resource, url)
  }
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}
interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: object | string
}
type Ask = (path: string, sent?: Sent) => Promise<Answer>
type Talk = (ask: Ask) => Promise<unknown>

/** Requests whose answers are alike to the letter, but for what is made up anew each time. */
function conversations(resource: Resource): Record<string, Talk> {
  const { collection, body, patch, query, fields, required } = resource
  const all = `/v1/${collection}`
  const post = (sent: object | string, headers = {}): Sent => ({ method: 'POST', body: sent, headers })
  const change = (sent: object, headers = {}): Sent => ({
    method: 'PATCH',
    body: sent,
    headers: { 'content-type': 'application/merge-patch+json', ...headers },
  })
  const [field = ''] = Object.keys(fields)
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
  return {
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
    'a create with a wrong type': (ask) => ask(all, post({ ...body(3), [field]: {} })),
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
}

/** Requests that are refused alike, though not in the same words. */
function loose({ collection }: Resource): Record<string, Talk> {
  const all = `/v1/${collection}`
  const post = (body: string, type = 'application/json'): Sent => ({
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  const filter = (text: string) => `${all}?${new URLSearchParams({ filter: text })}`
  return {
    'a body that is no JSON': (ask) => ask(all, post('{"a":')),
    'a body of another type': (ask) => ask(all, post('a=1', 'application/x-www-form-urlencoded')),
    'a filter by what is no field': (ask) => ask(filter('weight > 1')),
    'a filter that is none': (ask) => ask(filter('teeth ~ 1')),
    'a filter that ends too early': (ask) => ask(filter('teeth > ')),
    'a filter by another type': (ask) => ask(filter("teeth > 'x'")),
  }
}

/** All answers of a conversation, with what is made up anew each time replaced. */
async function listen(url: string, talk: Talk): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  await talk(async (path, { method = 'GET', headers = {}, body } = {}) => {
    const sent = typeof body === 'object' ? JSON.stringify(body) : body
    const answer = await fetch(url + path, {
      method,
      headers: { ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await answer.text()
    const all = Object.fromEntries([...answer.headers].filter(([name]) => !UNTOLD.has(name)))
    answers.push({ status: answer.status, headers: mapValues(all, settled), body: settled(text) })
    return { status: answer.status, headers: all, body: text }
  })
  return answers
}

const UNTOLD: ReadonlySet<string> = new Set(['date', 'content-length', 'connection', 'keep-alive'])

const settled = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (moment) => (moment.startsWith('2026-01-01') ? moment : '<time>'))
    .replaceAll(/^"[0-9a-z]{1,11}"$/g, '<etag>')
    .replaceAll(/(page_token(?:=|":"))[\w-]{20,}/g, '$1{token}')
    .replace(/(?<=^<[^?>]*\?)[^>]*/, (query) => query.split('&').toSorted().join('&'))

const mapValues = (record: Record<string, string>, map: (value: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))

function withoutWords({ status, headers, body }: Answer): object {
  const { code, title, type, errors = [] } = JSON.parse(body)
  const fields = errors.map((error: { field: string; code: string }) => [error.field, error.code])
  return { status, headers, code, title, type, fields }
}
