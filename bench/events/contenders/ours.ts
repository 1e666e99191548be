import { memorySource } from '@mainspring/events'
import { emitMany, enqueueMany } from '../backlog.ts'
import { openPart, orders, Piece, PieceOrdered, pieces } from '../mill.ts'
import { type Contender, createTally, type OpenContender } from './contender.ts'

/** Gives places to what was emitted. */
export const openSequencer: OpenContender = async (url, lanes) => {
  const { database, events, ...rest } = await openPart(url, 'shop', { events: [PieceOrdered] }, lanes)
  const shop = { database, events, ...rest }
  let emitted = 0
  events.start()
  return {
    async bring(count) {
      await emitMany(shop, emitted + 1, count - 1)
      emitted += count
      // Tells the conductor.
      await database.write(async (db) => {
        const { id, number } = await db.insert(Piece, { number: emitted })
        await events.publishing(db, {}).emit(PieceOrdered, { piece_id: id, number })
      })
    },
    finish: () =>
      new Promise((resolve, reject) => {
        const look = async () => {
          if ((await events.outbox.end()) < emitted) return
          deafen()
          resolve()
        }
        const deafen = events.outbox.onNews(() => look().catch(reject))
        look().catch(reject)
      }),
  }
}

/** Listens to a service that has given its events their places. */
export const openListener: OpenContender = async (url, lanes) => {
  const tally = createTally()
  const shop = await openPart(url, 'shop', { events: [PieceOrdered] }, 2)
  const mill = await openPart(url, 'mill', { listeners: [orders(lanes, tally.count)] }, lanes)
  let tell = () => {}
  let emitted = 0
  const onNews = (listener: () => void) => {
    tell = listener
    return () => {}
  }
  await mill.events.subscribe([{ ...memorySource(shop.events.outbox), onNews }])
  mill.events.start()
  return {
    async bring(count) {
      await emitMany(shop, emitted + 1, count, { stamped: true })
      emitted += count
      tell()
    },
    finish: () => tally.reach(emitted),
  }
}

/** Works on a queue. */
export const openQueue: OpenContender = async (url, lanes): Promise<Contender> => {
  const tally = createTally()
  const queue = pieces(lanes, tally.count)
  const mill = await openPart(url, 'mill', { queues: [queue] }, lanes)
  let brought = 0
  mill.events.start()
  return {
    async bring(count) {
      await enqueueMany(mill, brought + 1, count - 1)
      brought += count
      // Tells the workers.
      await mill.database.write((db) => mill.events.publishing(db, {}).enqueue(queue, { number: brought }))
    },
    finish: () => tally.reach(brought),
  }
}
