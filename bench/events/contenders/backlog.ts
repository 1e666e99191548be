import { memorySource } from '@mainspring/events'
import { emitMany } from '../backlog.ts'
import { openPart, orders, PieceOrdered } from '../mill.ts'
import type { Backlog } from '../results.ts'

// Drains a backlog, from the outbox of one service to the effect in another, and tells how that went.
process.on('disconnect', () => process.exit(0))
const [url = '', events = '0'] = process.argv.slice(2)
const count = Number(events)
const TENTHS = 10

const times: number[] = []
let made = 0
let most = 0
const ended = Promise.withResolvers<void>()
const shop = await openPart(url, 'shop', { events: [PieceOrdered] })
const mill = await openPart(url, 'mill', { listeners: [orders(10, onMade)] })
await mill.events.subscribe([memorySource(shop.events.outbox)])
await emitMany(shop, 1, count)
globalThis.gc?.()
const before = process.memoryUsage.rss()
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 100)
times.push(performance.now())
shop.events.start()
mill.events.start()
await ended.promise
clearInterval(watch)

const rates = times.slice(1).map((time, index) => (count / TENTHS / (time - (times[index] ?? 0))) * 1_000)
const told: Omit<Backlog, 'engine'> = { events: count, rates, memory: { before, most } }
process.send?.(told)

function onMade(): void {
  made += 1
  if (made % (count / TENTHS) === 0) times.push(performance.now())
  if (made === count) ended.resolve()
}
