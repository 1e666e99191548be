import { array, integer, text } from '@mainspring/core'
import { entity, type Row, reference, type Writes } from '@mainspring/data'
import { action, resource } from '@mainspring/resource'
import { type CheckedClient, describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Library, startLibrary } from './testing/library.ts'

const Shelf = entity('shelves', 'shelf', { name: text({ max: 40 }) })
const Book = entity('books', 'book', {
  shelf_id: reference(() => Shelf),
  pages: integer({ filter: true, order: true }),
  shop: text({ max: 9, optional: true, input_only: true }),
  notes: array(text(), { optional: true, input_only: true }),
})
type Book = Row<typeof Book>

interface Page {
  readonly results: readonly Book[]
  readonly next_page_token?: string
  readonly total_size?: number
}

async function putOnShelf({ db }: Writes, { id, pages }: { readonly id: string; readonly pages: number }) {
  return db.insert(Book, { shelf_id: (await db.get(Shelf, id)).id, pages, shop: 'corner' })
}

const shelves = resource(Shelf, {
  create: true,
  get: true,
  custom: {
    fill: action(putOnShelf, { older: 'PUT /shelves/{shelf_id}', body: { pages: integer() }, reply: Book }),
  },
})
const books = resource(Book, {
  list: true,
  get: true,
  batchCreate: true,
  listUnder: ['shelf_id'],
  olderPaths: {
    '/v1/books/{book_id}': '/books/{book_id}',
    '/v1/shelves/{shelf_id}/books': '/books/of/{shelf_id}',
  },
})

describeEachEngine('a list under another resource', (engine) => {
  let library: Library
  let client: CheckedClient
  beforeAll(async () => {
    library = await startLibrary(await engine.createUrl(), [shelves, books])
    client = library.client
    for (const id of ['low', 'high', 'empty']) await client.post(`/v1/shelves?id=${id}`, { name: id })
    const requests = ['low', 'high'].flatMap((shelf_id) =>
      [1, 2, 3, 4, 5].map((pages) => ({ id: `${shelf_id}-${pages}`, shelf_id, pages, notes: ['secret'] })),
    )
    await client.post('/v1/books:batch-create', { requests })
  })
  afterAll(() => library.stop())

  const list = async (path: string) => (await client.get<Page>(path)).body
  const pagesOf = ({ results }: Page) => results.map(({ pages }) => pages)

  test('has what belongs there, and nothing else', async () => {
    const low = await list('/v1/shelves/low/books?show_total_size=true')
    const empty = await list('/v1/shelves/empty/books?show_total_size=true')

    expect(low).toMatchObject({ total_size: 5 })
    expect(new Set(low.results.map(({ shelf_id }) => shelf_id))).toEqual(new Set(['low']))
    expect(empty).toEqual({ results: [], total_size: 0 })
  })

  test('is filtered, ordered and paged as any other', async () => {
    const query = `filter=${encodeURIComponent('pages > 1 && pages < 3 || pages > 3')}&order_by=-pages`

    const first = await client.get<Page>(`/v1/shelves/high/books?${query}&max_page_size=2`)
    const next = /<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? ''

    expect(pagesOf(first.body)).toEqual([5, 4])
    expect(next).toMatch(/^\/v1\/shelves\/high\/books\?/)
    expect(await list(next)).toMatchObject({ results: [{ id: 'high-2' }] })
  })

  test('has page tokens that are good for it alone', async () => {
    const { next_page_token: token } = await list('/v1/shelves/low/books?max_page_size=2')

    const refused = { status: 400, body: { code: 'page_token_invalid' } }
    expect(await client.get(`/v1/shelves/high/books?page_token=${token}`)).toMatchObject(refused)
    expect(await client.get(`/v1/books?page_token=${token}`)).toMatchObject(refused)
  })

  test('of what is not there is a 404', async () => {
    expect(await client.get('/v1/shelves/nowhere/books')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('answers alike at an older path, and goes on there', async () => {
    const older = await client.get<Page>('/books/of/low?max_page_size=3')

    expect(pagesOf(older.body)).toEqual(pagesOf(await list('/v1/shelves/low/books?max_page_size=3')))
    expect(older.headers.get('link')).toMatch(/^<\/books\/of\/low\?/)
    expect(await client.get('/books/low-1')).toMatchObject({
      status: 200,
      body: (await client.get<Book>('/v1/books/low-1')).body,
    })
    expect(await client.get('/books/nowhere')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('may be filled in an older way, which answers what was put there', async () => {
    const { headers } = await client.get('/v1/shelves/empty')
    const match = { 'if-match': headers.get('etag') ?? '' }

    const put = await client.put<Book>('/shelves/empty', { pages: 6 }, match)
    const refused = await client.put('/shelves/empty', { pages: 7 }, { 'if-match': '"other"' })

    const { body, headers: read } = await client.get<Book>(`/v1/books/${put.body.id}`)
    expect(put.status).toBe(200)
    expect(put.body).toEqual(body)
    expect(put.headers.get('etag')).toBe(read.get('etag'))
    expect(refused.status).toBe(412)
    expect(await client.put('/shelves/empty', {})).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'pages' }] },
    })
    expect(await client.put('/shelves/nowhere', { pages: 1 })).toMatchObject({ status: 404 })
    expect(await client.post('/v1/shelves/empty:fill', { pages: 1 })).toMatchObject({ status: 404 })
  })

  test('is in the document, and its older path is deprecated there', async () => {
    const { body } = await client.get<{ readonly paths: object }>('/openapi.json')

    expect(body.paths).toMatchObject({
      '/v1/shelves/{shelf_id}/books': { get: { operationId: 'ListShelfBook' } },
      '/books/of/{shelf_id}': { get: { operationId: 'ListShelfBookForOlderClients', deprecated: true } },
      '/books/{book_id}': { get: { operationId: 'GetBookForOlderClients', deprecated: true } },
      '/shelves/{shelf_id}': { put: { operationId: ':FillShelf', deprecated: true } },
    })
  })
})

test('a list under what is no reference, and an older path to nothing, stop the start', async () => {
  const start = (methods: object) => startLibrary('sqlite::memory:', [shelves, resource(Book, methods)])

  await expect(start({ listUnder: ['pages'] })).rejects.toThrow('books.pages refers to no entity')
  await expect(start({ get: true, olderPaths: { '/v1/book': '/book' } })).rejects.toThrow(
    'Nothing is read at /v1/book that /book could answer.',
  )
  const burn = action(putOnShelf, { older: 'DELETE /book', body: { pages: integer() } })
  await expect(start({ custom: { burn } })).rejects.toThrow('DELETE /book has no {book_id} for burn.')
})
