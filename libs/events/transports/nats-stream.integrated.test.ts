import { createLog } from '@mainspring/core'
import { describeOn, findServer } from '@mainspring/testing'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { LogEntry } from '../logs.ts'
import { BEGINNING, type Lane } from '../source.ts'
import { openNats } from './nats.ts'
import type { Transport } from './transport.ts'

describeOn('nats', 'a stream', () => {
  let url: string
  let connection: NatsConnection
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(line) })
  const open: Transport[] = []
  let count = 0
  let stream: string
  beforeAll(async () => {
    url = await findServer('nats')
    connection = await connect({ servers: url })
  })
  afterEach(async () => {
    for (const { close } of open.splice(0)) await close()
  })
  afterAll(() => connection.close())

  const openTransport = () => {
    stream = `stream-${++count}`
    const transport = openNats({ url, stream, log })
    open.push(transport)
    const [source] = transport.sources(['meters'])
    if (!source) throw new Error('There is a source for each service.')
    return { publisher: transport.publisher('meters'), source }
  }
  const entry = (position: number): LogEntry => {
    const [type, subject] = ['meters.counted', 'counters/1']
    return { position, type, subject, envelope: JSON.stringify({ id: `e${position}`, type, subject, data: 'ä' }) }
  }
  const record = (...positions: number[]) => ({ subject: 'counters/1', events: positions.map(entry) })
  const readAll = async (lane: Lane | undefined, most: number) => {
    let place = BEGINNING
    const read: unknown[] = []
    await vi.waitUntil(
      async () => {
        const page = await lane?.read(place, 10)
        place = page?.place ?? place
        read.push(...(page?.entries ?? []).map(({ envelope }) => JSON.parse(envelope).id))
        return read.length >= most
      },
      { timeout: 5_000 },
    )
    return read
  }

  test('has an event once that was published twice, under its type', async () => {
    const { publisher, source } = openTransport()
    await publisher.publish([record(1)])
    await publisher.publish([record(1)])
    await publisher.publish([record(2)])

    const [lane] = await source.lanes()

    expect(await readAll(lane, 2)).toEqual(['e1', 'e2'])
    expect(Number(await lane?.end())).toBe(2)
    const manager = await jetstreamManager(connection)
    const message = await manager.streams.getMessage(`${stream}-meters`, { seq: 1 })
    expect(message?.subject).toBe(`${stream}.meters.counted`)
    expect(message?.json()).toMatchObject({ id: 'e1', data: 'ä' })
  })

  test('is another lane when it was made anew', async () => {
    const { publisher, source } = openTransport()
    await publisher.publish([record(1)])
    const [before] = await source.lanes()
    expect(await readAll(before, 1)).toEqual(['e1'])

    const manager = await jetstreamManager(connection)
    await manager.streams.delete(`${stream}-meters`)
    await vi.waitUntil(async () => (await publisher.publish([record(2)])).every((error) => error === undefined))
    await vi.waitUntil(async () => (await source.lanes())[0]?.name !== before?.name, { timeout: 10_000 })

    const [after] = await source.lanes()
    expect(await readAll(after, 1)).toEqual(['e2'])
  })

  test('is read on where somebody put something that is no event', async () => {
    const { publisher, source } = openTransport()
    await publisher.publish([record(1)])
    const manager = await jetstreamManager(connection)
    await manager.jetstream().publish(`${stream}.meters.counted`, 'rubbish')
    await manager.jetstream().publish(`${stream}.meters.counted`, '{"id":7}')
    await publisher.publish([record(2)])

    const [lane] = await source.lanes()

    expect(await readAll(lane, 2)).toEqual(['e1', 'e2'])
    expect(lines.filter((line) => line.includes('passed over'))).toHaveLength(2)
  })
})
