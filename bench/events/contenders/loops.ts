import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { emitMany } from '../backlog.ts'
import { openPart, PieceOrdered } from '../mill.ts'
import type { Contender, OpenContender } from './contender.ts'
import { INSERT } from './insert.ts'

const STAMP = {
  name: 'stamp',
  text: `with batch as (
      select number, row_number() over (order by number) as place
      from (select number from shop.mainspring_outbox where position is null
        order by position nulls first, number limit 1000) as next)
    update shop.mainspring_outbox as event set position = $1::bigint + batch.place
    from batch where event.number = batch.number`,
}

/** Gives places to events with one statement for each thousand, and nothing else. */
export const openStampingLoop: OpenContender = async (url) => {
  const shop = await openPart(url, 'shop', { events: [PieceOrdered] }, 1)
  const client = new pg.Client(url)
  await client.connect()
  let emitted = 0
  let end = 0
  return {
    async bring(count) {
      await emitMany(shop, emitted + 1, count)
      emitted += count
    },
    async finish() {
      while (end < emitted) end += (await client.query({ ...STAMP, values: [end] })).rowCount ?? 0
    },
  }
}

/** Writes a row and commits, once for each item that it has in memory. */
export const openWritingLoop: OpenContender = async (url, lanes) => {
  await openPart(url, 'mill', {})
  return url.startsWith('sqlite:') ? writeFile(`${url}.mill`, 1) : writeServer(url, lanes)
}

/** The same on SQLite, with a commit for as many items as there are lanes. */
export const openGroupingLoop: OpenContender = async (url, lanes) => {
  await openPart(url, 'mill', {})
  return writeFile(`${url}.mill`, lanes)
}

async function writeServer(url: string, lanes: number): Promise<Contender> {
  const clients = Array.from({ length: lanes }, () => new pg.Client(url))
  await Promise.all(clients.map((client) => client.connect()))
  let left = 0
  return {
    async bring(count) {
      left = count
    },
    async finish() {
      await Promise.all(
        clients.map(async (client) => {
          while (left > 0) {
            left -= 1
            await client.query({ name: 'insert', text: INSERT, values: [randomUUID(), left, new Date().toISOString()] })
          }
        }),
      )
    },
  }
}

function writeFile(url: string, grouped: number): Contender {
  const database = new DatabaseSync(url.slice('sqlite:'.length))
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  const begin = database.prepare('BEGIN IMMEDIATE')
  const insert = database.prepare(INSERT.replace('mill.', '').replaceAll('$', '?'))
  const commit = database.prepare('COMMIT')
  let left = 0
  return {
    async bring(count) {
      left = count
    },
    async finish() {
      while (left > 0) {
        begin.run()
        for (let row = 0; row < grouped && left > 0; row++) {
          left -= 1
          insert.run(randomUUID(), left, new Date().toISOString())
        }
        commit.run()
      }
    },
  }
}
