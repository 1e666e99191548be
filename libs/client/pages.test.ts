import { expect, test } from 'vitest'
import { pages } from './pages.ts'
import { answer, createScripted } from './testing/scripted-fetch.ts'

test('a list is walked to its end, with all that was asked but the skip', async () => {
  const { client, asked } = createScripted(
    answer({ results: [{ id: '1' }, { id: '2' }], next_page_token: 'a+b' }),
    answer({ results: [], next_page_token: 'c' }),
    answer({ results: [{ id: '3' }] }),
  )
  const query = { filter: 'teeth > 5', max_page_size: 2, skip: 7 }

  const sprockets = await Array.fromAsync(pages(client, '/v1/sprockets', { query }))

  expect(sprockets.map(({ id }) => id)).toEqual(['1', '2', '3'])
  expect(asked.map(({ url }) => Object.fromEntries(new URL(url).searchParams))).toEqual([
    { filter: 'teeth > 5', max_page_size: '2', skip: '7' },
    { filter: 'teeth > 5', max_page_size: '2', page_token: 'a+b' },
    { filter: 'teeth > 5', max_page_size: '2', page_token: 'c' },
  ])
})

test('a page is asked for when it is needed', async () => {
  const { client, asked } = createScripted(answer({ results: [{ id: '1' }], next_page_token: 'a' }))

  for await (const { id } of pages(client, '/v1/users/{user_id}/rentals', { params: { user_id: 'ada' } })) {
    expect(id).toBe('1')
    break
  }

  expect(asked.map(({ url }) => url)).toEqual(['http://house.test/v1/users/ada/rentals'])
})

test.each([
  ['a page of a proxy', 'text/html; charset=utf-8', '<html>Please sign in.</html>'],
  ['a text', 'text/plain', 'OK'],
  ['JSON that is cut', 'application/json', '{"results":[{"id":'],
  ['something else', 'application/json', '{"hello":"world"}'],
  ['nothing', 'application/json', ''],
])('%s in place of a list says what came', async (_, type, text) => {
  const { client } = createScripted(() => new Response(text, { headers: { 'content-type': type } }))

  const walk = Array.fromAsync(pages(client, '/v1/sprockets'))

  await expect(walk).rejects.toMatchObject({
    name: 'UnexpectedAnswer',
    message: expect.stringContaining(`(200, ${type})`),
    beginning: text,
  })
})
