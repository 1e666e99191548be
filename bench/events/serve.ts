import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { id, integer, text } from '@mainspring/core'
import { draftMigration, entity } from '@mainspring/data'
import { event, type Writes } from '@mainspring/events'
import { resource } from '@mainspring/resource'
import { runCommand, service } from '@mainspring/service'

// Serves two collections that are alike, but for an event that each create of the second one emits.
const fields = { title: text({ max: 80 }), amount: integer() }
const Note = entity('notes', 'note', fields)
const Order = entity('orders', 'order', fields)

const OrderPlaced = event(
  'shop.order_placed',
  { order_id: id(), ...fields },
  { subject: 'orders/{order_id}', description: 'An order was placed.' },
)

interface Said {
  readonly title: string
  readonly amount: number
}

const takeNote = ({ db }: Pick<Writes, 'db'>, { title, amount }: Said) => db.insert(Note, { title, amount })

const placeOrder = async ({ db, emit }: Pick<Writes, 'db' | 'emit'>, { title, amount }: Said) => {
  const order = await db.insert(Order, { title, amount })
  await emit(OrderPlaced, { order_id: order.id, title, amount })
  return order
}

const migrations = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'mainspring-bench-'))}/`)
const shop = service({
  name: 'shop',
  description: 'Takes orders.',
  connect: () => ({}),
  entities: [Note, Order],
  resources: [resource(Note, { create: { handle: takeNote } }), resource(Order, { create: { handle: placeOrder } })],
  events: [OrderPlaced],
  migrations,
})
draftMigration({ name: shop.name, directory: migrations, tables: shop.entities }, 'initial')
await runCommand([shop], ['migrate'])
await runCommand([shop], [])
// Whoever measures kills this process, so it cleans up while it lives.
rmSync(migrations, { recursive: true })
