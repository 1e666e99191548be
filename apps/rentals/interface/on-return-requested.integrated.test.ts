import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Return } from '../entities/return.ts'
import { type Depot, openDepot } from '../testing/depot.ts'

const SOON = { timeout: 10_000 }

describeEachEngine('a scan that was taken down', (engine) => {
  let depot: Depot
  let stop: () => Promise<void>
  beforeEach(async () => {
    depot = await openDepot(await engine.createUrl())
    stop = await depot.listen()
  })
  afterEach(async () => {
    await stop()
    await depot.database.close()
  })

  test('is settled without anybody asking again', async () => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    const rental = await depot.lend(user, mug)

    const { id } = await depot.record(user.id, mug.id)

    await vi.waitFor(async () => expect(await stateOf(id)).toBe('COMPLETED'), SOON)
    expect(await depot.rental(rental)).toMatchObject({ status: 'COMPLETED', return_time: depot.at() })
  })

  test('waits for a service that is down', async () => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    await depot.lend(user, mug)
    await stop()
    const { id } = await depot.record(user.id, mug.id)
    const before = await stateOf(id)

    stop = await depot.listen()

    await vi.waitFor(async () => expect(await stateOf(id)).toBe('COMPLETED'), SOON)
    expect(before).toBe('PENDING')
  })

  test('is done with when it was deleted meanwhile', async () => {
    await stop()
    const { id } = await depot.record('nobody', 'nothing')
    await depot.write(async ({ db }) => db.delete(Return, await db.getForUpdate(Return, id)))

    stop = await depot.listen()

    const message = 'a return was deleted before it was settled'
    await vi.waitFor(
      () => expect(depot.logged).toContainEqual(expect.objectContaining({ return_id: id, message })),
      SOON,
    )
    expect(depot.logged.filter(({ level }) => level !== 'info')).toEqual([])
  })

  const stateOf = async (id: string) => (await depot.database.reader.get(Return, id)).state
})
