import { randomInt, randomUUID } from 'node:crypto'
import { type Answer, type CheckedClient, createFactory } from '@mainspring/testing'
import { Factory } from '../entities/factory.ts'
import { Sprocket } from '../entities/sprocket.ts'

/** How a race ended and how it had to: how many answers had which status, and what is stored afterwards. */
export interface Finish {
  readonly ended: Result
  readonly due: Result
}

interface Result {
  readonly statuses: Readonly<Record<number, number>>
  readonly stored?: unknown
}

/** Sends so many requests at once, of which not all can have their way, about something of its own. */
export type Race = (client: CheckedClient, rivals: number) => Promise<Finish>

const newSprocket = createFactory(Sprocket)
const newFactory = createFactory(Factory)

/** By what must come of them, whatever the engine and however many processes serve it. */
export const races: Readonly<Record<string, Race>> = {
  async 'of many writers with one tag exactly one wins, whatever they do'(client, rivals) {
    const { path, etag } = await makeSprocket(client)
    const headers = { 'If-Match': etag }

    const answers = await atOnce(rivals, (n) => {
      if (n % 3 === 0) return client.put<Sprocket>(path, newSprocket({ teeth: 100 + n }), headers)
      return n % 3 === 1
        ? client.patch<Sprocket>(path, { teeth: 100 + n }, headers)
        : client.patch<Sprocket>(path, { pitch: 100 + n }, headers)
    })

    const stored = (await client.get(path)).body
    const winner = answers.find(({ status }) => status === 200)?.body
    return finish(answers, { 200: 1, 412: rivals - 1 }, stored, winner)
  },

  async 'of many deletes with one tag exactly one wins'(client, rivals) {
    const { path, etag } = await makeSprocket(client)

    const answers = await atOnce(rivals, () => client.delete(path, { 'If-Match': etag }))

    return finish(answers, { 204: 1, 404: rivals - 1 })
  },

  async 'of many PUTs to one new address one makes it and the others replace it'(client, rivals) {
    const path = `/v1/sprockets/${randomUUID()}`

    const answers = await atOnce(rivals, (n) => client.put(path, newSprocket({ teeth: n + 1 })))

    return finish(answers, { 200: rivals - 1, 201: 1 })
  },

  async 'of many PUTs that only make, one does'(client, rivals) {
    const path = `/v1/sprockets/${randomUUID()}`

    const answers = await atOnce(rivals, () => client.put(path, newSprocket(), { 'If-None-Match': '*' }))

    return finish(answers, { 201: 1, 412: rivals - 1 })
  },

  async 'of many creates with one id one succeeds'(client, rivals) {
    const id = randomUUID()

    const answers = await atOnce(rivals, () => client.post(`/v1/sprockets?id=${id}`, newSprocket()))

    return finish(answers, { 201: 1, 409: rivals - 1 })
  },

  async 'of many requests at once under one Idempotency-Key one works and all get its answer'(client, rivals) {
    const teeth = randomInt(1_000_000, 2 ** 47)
    const headers = { 'Idempotency-Key': randomUUID() }

    const answers = await atOnce(rivals, () => client.post<Sprocket>('/v1/sprockets', newSprocket({ teeth }), headers))

    const ids = new Set(answers.map(({ body }) => body.id)).size
    return finish(answers, { 201: rivals }, { ids, rows: await countTeeth(client, teeth) }, { ids: 1, rows: 1 })
  },

  async 'of many appends at once none is lost'(client, rivals) {
    const path = await makeFactory(client)

    const answers = await atOnce(rivals, (time) => client.post(`${path}:append`, series([time])))

    return finish(answers, { 200: rivals }, await storedSeries(client, path), series([...Array(rivals).keys()]))
  },

  async 'of many appends of one time at once one succeeds'(client, rivals) {
    const path = await makeFactory(client)

    const answers = await atOnce(rivals, () => client.post(`${path}:append`, series([60])))

    return finish(answers, { 200: 1, 409: rivals - 1 }, await storedSeries(client, path), series([60]))
  },

  async 'of many appends with one tag exactly one wins'(client, rivals) {
    const path = await makeFactory(client)
    const headers = { 'If-Match': (await client.get(path)).headers.get('etag') ?? '' }

    const answers = await atOnce(rivals, (time) => client.post(`${path}:append`, series([time]), headers))

    const { time } = await storedSeries(client, path)
    return finish(answers, { 200: 1, 412: rivals - 1 }, time.length, 1)
  },

  async 'of many appends under one Idempotency-Key one adds'(client, rivals) {
    const path = await makeFactory(client)
    const headers = { 'Idempotency-Key': randomUUID() }

    const answers = await atOnce(rivals, () => client.post(`${path}:append`, series([60]), headers))

    return finish(answers, { 200: rivals }, await storedSeries(client, path), series([60]))
  },
}

const atOnce = <T>(rivals: number, send: (n: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: rivals }, (_, n) => send(n)))

function finish(answers: readonly Answer[], due: Result['statuses'], stored?: unknown, dueStored?: unknown): Finish {
  return { ended: { statuses: countStatuses(answers), stored }, due: { statuses: due, stored: dueStored } }
}

/** How many answers had which status. */
export const countStatuses = (answers: readonly Answer[]): Result['statuses'] =>
  Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, group]) => [status, group.length]))

async function makeSprocket(client: CheckedClient) {
  const { headers } = await client.post('/v1/sprockets', newSprocket())
  return { path: headers.get('location') ?? '', etag: headers.get('etag') ?? '' }
}

async function makeFactory(client: CheckedClient): Promise<string> {
  const { headers } = await client.post('/v1/factories', newFactory({ chart_data: series([]) }))
  return headers.get('location') ?? ''
}

async function countTeeth(client: CheckedClient, teeth: number): Promise<number> {
  const query = new URLSearchParams({ filter: `teeth == ${teeth}`, show_total_size: 'true' })
  return (await client.get<{ total_size: number }>(`/v1/sprockets?${query}`)).body.total_size
}

const storedSeries = async (client: CheckedClient, path: string) => (await client.get<Factory>(path)).body.chart_data

const series = (time: readonly number[]) => ({
  sprocket_production_actual: time,
  sprocket_production_goal: time,
  time,
})
