import type { Selects } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeQrData } from '../entities/qr-data.ts'
import type { User } from '../entities/user.ts'
import { DAY, type Depot, openDepot } from '../testing/depot.ts'
import { flagOverdue } from './rental-service.ts'
import { deleteUser } from './user-service.ts'

interface Logs {
  readonly mainspring_outbox: { readonly envelope: string }
}

describeEachEngine('a user', (engine) => {
  let depot: Depot
  beforeAll(async () => {
    depot = await openDepot(await engine.createUrl())
  })
  afterAll(() => depot.database.close())

  test('who is deleted with their rentals is in no event any more, and nobody else is forgotten', async () => {
    const [ada, ben] = [await depot.addUser(), await depot.addUser()]
    const [late, brought, other, stranger] = [await addMug(), await addMug(), await addMug(), await addMug()]
    await depot.lend(ada, late, { expire_time: depot.at(-2 * DAY) })
    await depot.lend(ada, brought)
    await depot.lend(ben, other)
    await depot.write(flagOverdue)
    await depot.scan(ada, brought)
    await depot.scan(ada, stranger)
    await depot.scan(ben, other)
    const before = [await eventsOf(ada), await eventsOf(ben)]

    await remove(ada, { force: true })

    expect(before).toEqual([5, 2])
    expect([await eventsOf(ada), await eventsOf(ben)]).toEqual([0, 2])
  })

  test('who is deleted has what is still to be settled rejected', async () => {
    const ada = await depot.addUser()
    const mug = await addMug()
    await depot.lend(ada, mug)
    const scan = await depot.record(ada.id, mug.id)

    await remove(ada, { force: true })

    expect(await eventsOf(ada)).toBe(1)
    expect(await depot.settle(scan)).toMatchObject({ state: 'REJECTED', reason: 'user_unknown' })
  })

  test('who has rentals is not deleted, and what was said of them stays', async () => {
    const ada = await depot.addUser()
    const mug = await addMug()
    await depot.lend(ada, mug)
    await depot.scan(ada, mug)

    await expect(remove(ada, { force: false })).rejects.toMatchObject({ code: 'has_dependents' })

    expect(await eventsOf(ada)).toBe(2)
  })

  const remove = (user: User, options: { readonly force: boolean }) =>
    depot.write((needs) => deleteUser(needs, user, options))
  const addMug = () => depot.addAsset('mug')
  const eventsOf = async ({ id }: User) => {
    const rows = await depot.database.reader.query((query: Selects<Logs>) =>
      query.selectFrom('mainspring_outbox').select('envelope'),
    )
    return rows.filter(({ envelope }) => [id, writeQrData(id)].some((text) => envelope.includes(`"${text}"`))).length
  }
})
