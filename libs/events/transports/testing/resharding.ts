import { test } from 'vitest'
import type { EventSource } from '../../source.ts'
import { DEADLINE, type Stage } from './stage.ts'

/** What is promised when one lane may become several, and two one. */
export function reshards(stage: Stage): void {
  test('lanes that are split and merged under load keep the order', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())

    for (let time = 0; time < 6; time++) await stage.countWhile(() => stage.ground.reshard?.(time))

    await stage.world.expectAll(40)
  })

  test('lanes that became others before they were read are read first', DEADLINE, async () => {
    await stage.open()
    const way = stage.connect()
    await stage.world.publish(way)
    for (let time = 0; time < 4; time++) await stage.countWhile(() => stage.ground.reshard?.(time))
    await stage.world.expectPublished(way)

    await stage.world.receive({ ...way, sources: way.sources.map(reversed) })

    await stage.world.expectAll(40)
  })
}

/** A source that tells its lanes the other way round. */
const reversed = (source: EventSource): EventSource => ({
  ...source,
  lanes: async () => (await source.lanes()).toReversed(),
})
