import type { Listener } from '@mainspring/events'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ReturnCount } from '../entities/return-count.ts'
import { type Depot, HOUR, MINUTE, openDepot } from '../testing/depot.ts'
import { settleRequested } from './on-return-requested.ts'
import { auditSettled, countSettled } from './on-return-settled.ts'

const SOON = { timeout: 10_000 }

describeEachEngine('a scan that was settled', (engine) => {
  let depot: Depot
  let stop: () => Promise<void>
  let runs: string[]
  beforeEach(async () => {
    depot = await openDepot(await engine.createUrl())
    runs = []
  })
  afterEach(async () => {
    await stop()
    await depot.database.close()
  })

  test('is counted where it was scanned, by how it ended, also when many come at once', async () => {
    stop = await depot.listen()

    await Promise.all(Array.from({ length: 9 }, (_, index) => scanMug(index % 3 === 0 ? 'canteen' : 'market')))
    await scanMug('canteen', -HOUR)
    await depot.record('nobody', 'nothing')

    const market = { location_id: 'market', completed: 6, flagged: 0, rejected: 1 }
    const canteen = { location_id: 'canteen', completed: 3, flagged: 1, rejected: 0 }
    await vi.waitFor(async () => expect(await countsOf('market')).toMatchObject(market), SOON)
    await vi.waitFor(async () => expect(await countsOf('canteen')).toMatchObject(canteen), SOON)
  })

  test('is in the log, and nobody is named there', async () => {
    stop = await depot.listen()

    const { id, user } = await scanMug('market')

    const line = { message: 'a scan was settled', return_id: id, status: 'COMPLETED' }
    await vi.waitFor(() => expect(depot.logged).toContainEqual(expect.objectContaining(line)), SOON)
    expect(JSON.stringify(depot.logged)).not.toContain(user.id)
  })

  test('is settled and counted once, however often its audit fails', async () => {
    const [settle, count] = [watched(settleRequested), watched(countSettled)]
    stop = await depot.listen([settle, count, watched(auditSettled, { after: [count], failures: 3 })])

    await scanMug('market')

    const audits = Array.from({ length: 4 }, () => auditSettled.name)
    await haveRun(settle.name, count.name, ...audits)
    expect(await countsOf('market')).toMatchObject({ completed: 1 })
  })

  test('is settled once and audited once, however often it could not be counted', async () => {
    const [settle, count] = [watched(settleRequested), watched(countSettled, { failures: 3 })]
    stop = await depot.listen([settle, count, watched(auditSettled, { after: [count] })])

    await scanMug('market')

    const counts = Array.from({ length: 4 }, () => count.name)
    await haveRun(settle.name, ...counts, auditSettled.name)
    expect(await countsOf('market')).toMatchObject({ completed: 1 })
  })

  async function scanMug(location_id: string, due = HOUR) {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    await depot.lend(user, mug, { expire_time: depot.at(due) })
    return { ...(await depot.record(user.id, mug.id, { location_id })), user }
  }
  const countsOf = (location: string) => depot.database.reader.get(ReturnCount, location)

  /** A listener that tells when it runs, and fails at first. */
  function watched(
    { handle, ...listener }: Listener,
    { after = [], failures = 0 }: { readonly after?: readonly Listener[]; readonly failures?: number } = {},
  ): Listener {
    let left = failures
    return {
      ...listener,
      after,
      async handle(needs, event) {
        runs.push(listener.name)
        await handle(needs, event)
        if (left-- > 0) throw new Error('on purpose')
      },
    }
  }

  /** Lets time pass until this has run, and no more than this. */
  async function haveRun(...names: readonly string[]): Promise<void> {
    await vi.waitFor(() => {
      depot.clock.advance(MINUTE)
      expect(runs.length).toBeGreaterThanOrEqual(names.length)
    }, SOON)
    expect(runs).toEqual(names)
  }
})
