import { DatabaseSync } from 'node:sqlite'
import { describeEngine } from '@mainspring/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillDatabase } from '../databases.ts'
import { resources } from '../resources/index.ts'
import type { Resource } from '../resources/resource.ts'
import { type MeasuredServer, type ServerKind, startServer } from '../servers.ts'
import { budgetConversations } from './budget-conversations.ts'
import { type Answer, conversations, loose, type Talk } from './conversations.ts'
import { menuConversations, orderConversations } from './snacks-conversations.ts'

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
  let starting: readonly Promise<MeasuredServer>[] = []
  let ours: MeasuredServer
  let twin: MeasuredServer
  const databases = new Map<ServerKind, string>()
  beforeAll(async () => {
    const both = [startOn('ours'), startOn(kind)] as const
    starting = both
    ;[ours, twin] = await Promise.all(both)
  })
  afterAll(async () => {
    const started = await Promise.allSettled(starting)
    for (const server of started) if (server.status === 'fulfilled') await server.value.end()
  })

  test.each(Object.entries(allConversations(resource)))('answers as ours: %s', async (_, talk) => {
    const expected = await listen(ours.url, talk)
    const answers = await listen(twin.url, talk)

    expect(answers).toEqual(expected)
  })

  test.each(Object.entries(loose(resource)))('answers as ours but for the words: %s', async (_, talk) => {
    const expected = await listen(ours.url, talk)
    const answers = await listen(twin.url, talk)

    expect(answers.map(withoutWords)).toEqual(expected.map(withoutWords))
  })

  if (resource.operations.includes('patch')) {
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
  }
  if (!resource.operations.includes('create')) return

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

  test('tells others what ours does', async () => {
    const { collection, body, patch } = resource
    const talk: Talk = async (send) => {
      const path = `/v1/${collection}`
      await send(`${path}?id=told`, { method: 'POST', body: body(1) })
      if (!resource.operations.includes('patch')) return
      const headers = { 'content-type': 'application/merge-patch+json' }
      for (const index of [2, 2]) await send(`${path}/told`, { method: 'PATCH', headers, body: patch(index) })
      await send(`${path}:batch-create`, {
        method: 'POST',
        body: { requests: ['told-2', 'told-3'].map((id, index) => ({ ...body(index), id })) },
      })
    }

    await listen(ours.url, talk)
    await listen(twin.url, talk)

    const told = await listTold(databases.get(kind) ?? '', resource)
    expect(told).toEqual(await listTold(databases.get('ours') ?? '', resource))
    const writes = resource.operations.includes('patch') ? 4 : 1
    expect(told.length).toBe(resource.tell ? writes : 0)
  })

  async function startOn(which: ServerKind): Promise<MeasuredServer> {
    const url = await createUrl()
    databases.set(which, url)
    await fillDatabase(resource, url, resource.rows === 0 ? 0 : ROWS)
    return startServer(which, resource, url)
  }
}

const allConversations = (resource: Resource): Record<string, Talk> => ({
  ...conversations(resource),
  ...OWN[resource.collection]?.(resource),
})

const OWN: Readonly<Record<string, (resource: Resource) => Record<string, Talk>>> = {
  'budget-items': budgetConversations,
  pizzas: menuConversations,
  orders: orderConversations,
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
    const told = text.includes(TOKEN) && 'etag' in all ? { ...all, etag: '<etag>' } : all
    answers.push({ status: answer.status, headers: mapValues(told, settled), body: settled(text) })
    return { status: answer.status, headers: all, body: text }
  })
  return answers
}

/** The events of what is called told, in order, with what is made up anew each time replaced. */
async function listTold(url: string, { service }: Resource): Promise<readonly object[]> {
  const query = `select type, subject, envelope from mainspring_outbox where subject like '%/told%' order by number`
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length), { readOnly: true })
    const rows = database.prepare(query).all()
    database.close()
    return rows.map(settledEvent)
  }
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${service}` })
  await client.connect()
  const { rows } = await client.query(query)
  await client.end()
  return rows.map(settledEvent)
}

const settledEvent = (row: object): object => ({
  ...row,
  envelope: JSON.parse(settled(String(Reflect.get(row, 'envelope')))),
})

/** A page that says how to go on is never the same twice, and its tag is made of it. */
const TOKEN = '"next_page_token"'

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
