import { createHash } from 'node:crypto'
import { boolean, integer, invalid, object, type Spool, text } from '@mainspring/core'
import { entity, type Reads, type Writes } from '@mainspring/data'
import { action, read, resource } from '@mainspring/resource'
import { type CheckedClient, describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Library, startLibrary } from './testing/library.ts'

const Word = entity('words', 'word', { spelling: text({ max: 100, filter: true }) })

interface Import {
  readonly dry: boolean
  readonly upload: Spool
}

async function checkWords(_needs: object, { upload }: Import): Promise<void> {
  for await (const word of wordsOf(upload)) {
    if (word.includes('!')) throw invalid('word_is_loud', { detail: `${word} is no word.` })
  }
}

async function importWords({ db }: Writes, { dry, upload }: Import) {
  let words = 0
  for await (const spelling of wordsOf(upload)) {
    if (!dry) await db.insert(Word, { spelling })
    words++
  }
  return { words, bytes: upload.bytes, sha256: upload.sha256 }
}

async function spellWord({ db }: Writes, { id, upload }: { readonly id: string; readonly upload: Spool }) {
  const [spelling = ''] = await Array.fromAsync(wordsOf(upload))
  return db.update(Word, await db.getForUpdate(Word, id), { spelling })
}

async function* wordsOf(upload: Spool): AsyncGenerator<string> {
  let text = ''
  for await (const piece of upload.open()) text += piece.toString()
  yield* text.trim().split('\n')
}

async function* exportWords({ db }: Reads, { upper }: { readonly upper: boolean }): AsyncGenerator<string> {
  const order = [{ field: 'spelling', descending: false }]
  const { rows } = await db.page(Word, { order, limit: 1_000 })
  for (const { spelling } of rows) yield `${upper ? spelling.toUpperCase() : spelling}\n`
}

const words = resource(Word, {
  list: true,
  create: true,
  custom: {
    spell: action(spellWord, { upload: 'text/plain' }),
    import: action(importWords, {
      collection: true,
      upload: 'text/plain',
      query: { dry: boolean({ default: false }) },
      reply: object({ words: integer(), bytes: integer(), sha256: text() }),
      alone: true,
      seconds: 600,
      prepare: checkWords,
      errors: ['word_is_loud'],
    }),
    export: read(exportWords, {
      collection: true,
      query: { upper: boolean({ default: false }) },
      reply: { content_type: 'text/plain; charset=utf-8; header=absent', file_name: 'words.txt' },
    }),
  },
})
const codes = { word_is_loud: { kind: 'invalid', title: 'It is too loud.' } } as const
const plain = { 'content-type': 'text/plain' }

describeEachEngine('an upload', (engine) => {
  let library: Library
  let client: CheckedClient
  beforeAll(async () => {
    library = await startLibrary(await engine.createUrl(), [words], { codes })
    client = library.client
  })
  afterAll(() => library.stop())

  test('reaches its use case, with the parameters', async () => {
    const { status, body } = await client.post('/v1/words:import?dry=true', 'a\nb\n', plain)

    expect([status, body]).toEqual([
      200,
      { words: 2, bytes: 4, sha256: createHash('sha256').update('a\nb\n').digest('hex') },
    ])
  })

  test('that was imported is exported, a piece at a time', async () => {
    await client.post('/v1/words:import', 'exported\nwords\n', plain)

    const { body, headers } = await client.get('/v1/words:export?upper=true')

    expect(body).toMatch(/EXPORTED\n(.*\n)*WORDS\n/)
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8; header=absent')
    expect(headers.get('content-disposition')).toBe('attachment; filename="words.txt"')
  })

  test('that is wrong in itself begins no unit of work, and another error undoes all of it', async () => {
    const tooLong = 'x'.repeat(101)

    const loud = await client.post('/v1/words:import', 'early\nloud!\n', plain)
    const long = await client.post('/v1/words:import', `early\n${tooLong}\n`, plain)

    expect(loud).toMatchObject({ status: 400, body: { code: 'word_is_loud' } })
    expect(long).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ code: 'too_long' }] } })
    expect(await count('early')).toBe(0)
  })

  test('is imported once per key', async () => {
    const send = (text: string, query = '') =>
      client.post(`/v1/words:import${query}`, text, { ...plain, 'idempotency-key': 'import' })
    const first = await send('once\n')

    const again = await send('once\n')
    const another = await send('twice\n')
    const differently = await send('once\n', '?dry=true')

    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true'])
    for (const { status, body } of [another, differently]) {
      expect([status, body]).toMatchObject([422, { code: 'idempotency_key_reused' }])
    }
    expect([await count('once'), await count('twice')]).toEqual([1, 0])
  })

  test('may belong to one resource, which may have changed since', async () => {
    const { body } = await client.post<{ id: string }>('/v1/words', { spelling: 'before' })
    const path = `/v1/words/${body.id}:spell`

    const spelt = await client.post(path, 'after', plain)
    const stale = await client.post(path, 'again', { ...plain, 'if-match': '"old"' })
    const nowhere = await client.post('/v1/words/none:spell', 'x', plain)

    expect(spelt).toMatchObject({ status: 200, body: { id: body.id, spelling: 'after' } })
    expect([stale.status, nowhere.status]).toEqual([412, 404])
  })

  test('is in the document, and so is what is exported', async () => {
    const { paths } = (await client.get<Paths>('/openapi.json')).body

    expect(paths['/v1/words:import']?.post).toMatchObject({
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'dry', in: 'query' })]),
      requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } },
    })
    expect(paths['/v1/words:export']?.get).toMatchObject({
      responses: {
        200: { headers: { 'Content-Disposition': {} }, content: { 'text/plain': { schema: { type: 'string' } } } },
      },
    })
  })

  const count = async (spelling: string) => {
    const filter = encodeURIComponent(`spelling == "${spelling}"`)
    const { body } = await client.get<{ total_size: number }>(`/v1/words?show_total_size=true&filter=${filter}`)
    return body.total_size
  }
})

interface Paths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
}
