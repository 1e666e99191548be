import { noCache } from '@mainspring/cache'
import { createLog, type Spool, systemClock } from '@mainspring/core'
import { entity, type TransactionOptions, type Writes } from '@mainspring/data'
import type { Request } from '@mainspring/http'
import { openEntities } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { action } from './custom.ts'
import { createPageTokens } from './page-token.ts'
import { resource } from './resource.ts'

const Word = entity('words', 'word', {})

const load = async (_: Writes, { upload }: { readonly upload: Spool }) => ({ bytes: upload.bytes })
const options = { collection: true, upload: 'text/plain', reply: { content_type: 'text/plain' } } as const
const words = resource(Word, {
  custom: {
    load: action(load, options),
    loadMuch: action(load, { ...options, alone: true, seconds: 600 }),
  },
})

const request: Request = {
  id: 'r',
  method: 'POST',
  target: '/v1/words:load',
  path: '/v1/words:load',
  params: {},
  query: {},
  body: undefined,
  upload: { bytes: 0, sha256: '', async *open() {} },
  header: () => undefined,
  caller: 'c',
  log: createLog({ level: 'silent' }),
}

test('a unit of work may take as long as it needs only where its action says so', async () => {
  const opened = await openEntities('sqlite::memory:', { entities: [Word] })
  onTestFinished(() => opened.close())
  const asked: (TransactionOptions | undefined)[] = []
  const database: typeof opened = {
    ...opened,
    write(job, given) {
      asked.push(given)
      return opened.write(job, given)
    },
  }
  const tokens = createPageTokens(Buffer.alloc(32))

  const routes = words.routes({
    service: 'test',
    database,
    clock: systemClock,
    tokens,
    ports: {},
    abilitiesOf: () => ({}),
    follow: async () => Promise.reject(new Error('Nothing is followed here.')),
    cacheOf: () => noCache,
  })
  for (const { handle } of routes) await handle(request)

  expect(routes.map(({ path, seconds }) => [path, seconds])).toEqual([
    ['/v1/words:load', undefined],
    ['/v1/words:load-much', 600],
  ])
  expect(asked.map((given) => given?.alone ?? false)).toEqual([false, true])
})
