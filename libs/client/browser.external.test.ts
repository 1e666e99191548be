import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { type Browser, findBrowserProblem, openBrowser, type Page } from '@mainspring/testing'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createClient } from './client.ts'
import { createProject } from './testing/built-client.ts'

const url = inject('base_url')
const problem = process.env.CI === 'true' ? undefined : findBrowserProblem()
const sprocket = { teeth: 5, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }

/** The client as it was built for others, in the page. */
declare const house: typeof import('@mainspring/client')

describe.skipIf(problem)(`in a browser${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    const [opened, bundle, origin] = await Promise.all([openBrowser(), bundleClient(), findOrigin()])
    browser = opened
    page = await browser.newPage({ bypassCSP: true })
    await page.goto(`${origin}/docs/errors`)
    await page.addScriptTag({ content: bundle })
  })
  afterAll(() => browser.close())

  test('a resource is made, and where it is can be read', async () => {
    const made = await page.evaluate(
      async ([baseUrl, body]) => {
        const {
          status,
          headers,
          body: sprocket,
        } = await house.createClient({ baseUrl }).post('/v1/sprockets', { body })
        return { status, location: headers.get('location'), etag: headers.get('etag'), sprocket }
      },
      [url, sprocket] as const,
    )

    expect(made).toMatchObject({ status: 201, etag: expect.any(String), sprocket })
    expect(made.location).toBe(`/v1/sprockets/${made.sprocket.id}`)
  })

  test('what is wrong is told by field', async () => {
    const thrown = await page.evaluate(
      async ([baseUrl, body]) => {
        const error = await house
          .createClient({ baseUrl })
          .post('/v1/sprockets', { body })
          .catch((error: unknown) => error)
        return error instanceof house.Problem
          ? { status: error.status, code: error.code, errors: error.errors, requestId: error.requestId }
          : String(error)
      },
      [url, { ...sprocket, teeth: 0 }] as const,
    )

    expect(thrown).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ field: 'teeth', code: 'minimum' }],
    })
    expect(thrown).toHaveProperty('requestId', expect.any(String))
  })

  test('a list is walked to its end', async () => {
    const teeth = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
    const requests = Array.from({ length: 5 }, () => ({ ...sprocket, id: randomUUID(), teeth }))
    await createClient({ baseUrl: url }).post('/v1/sprockets:batch-create', { body: { requests } })

    const ids = await page.evaluate(
      async ([baseUrl, filter]) => {
        const found: string[] = []
        const query = { filter, max_page_size: 2 }
        for await (const { id } of house.pages(house.createClient({ baseUrl }), '/v1/sprockets', { query }))
          found.push(id)
        return found
      },
      [url, `teeth == ${teeth}`] as const,
    )

    expect(ids.toSorted()).toEqual(requests.map(({ id }) => id).toSorted())
  })

  test('an update that somebody else was faster than is made anew', async () => {
    const { body } = await createClient({ baseUrl: url }).post('/v1/sprockets', { body: sprocket })

    const { seen, updated } = await page.evaluate(
      async ([baseUrl, sprocket_id]) => {
        const client = house.createClient({ baseUrl })
        const [path, params] = ['/v1/sprockets/{sprocket_id}', { sprocket_id }] as const
        const seen: number[] = []
        const updated = await house.update(client, path, params, async ({ teeth }) => {
          seen.push(teeth)
          if (seen.length === 1) await client.patch(path, { params, body: { teeth: 10 } })
          return { teeth: teeth + 1 }
        })
        return { seen, updated }
      },
      [url, body.id] as const,
    )

    expect(seen).toEqual([5, 10])
    expect(updated).toMatchObject({ id: body.id, teeth: 11 })
  })

  test('events are followed as they happen, and those that were missed after that', async () => {
    const client = createClient({ baseUrl: url })
    const { body: location } = await client.post('/v1/locations', { body: { name: 'A counter' } })

    const told = await page.evaluate(
      async ([baseUrl, location_id]) => {
        const client = house.createClient({ baseUrl })
        const scan = (asset_qr_data: string) =>
          client.post('/v1/returns', {
            body: { user_qr_data: '?', asset_qr_data, location_id, scan_time: new Date().toISOString() },
          })
        const take = async (count: number, from: string) => {
          const taken: { position: string; return_id: string }[] = []
          for await (const { position, event } of house.follow(client, '/v1/returns:stream', {
            query: { location_id, from },
          })) {
            if (event.type === 'rentals.return_rejected') taken.push({ position, return_id: event.data.return_id })
            if (taken.length === count) break
          }
          return taken
        }
        const sent = [(await scan('1')).body.id]
        const first = await take(1, 'beginning')
        const live = take(2, first[0]?.position ?? '')
        sent.push((await scan('2')).body.id, (await scan('3')).body.id)
        return { sent, got: [...first, ...(await live)].map(({ return_id }) => return_id) }
      },
      [url, location.id] as const,
    )

    expect(told.got.toSorted()).toEqual(told.sent.toSorted())
  })
})

/** The package that others install, as one script for a page. */
async function bundleClient(): Promise<string> {
  const folder = createProject()
  try {
    const input = `${folder}/node_modules/@mainspring/client/index.js`
    const bundle = await rolldown({ input, platform: 'browser', resolve: { symlinks: false } })
    const { output } = await bundle.generate({ format: 'iife', name: 'house' })
    return output[0].code
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Under its other name, where that may call: then every call is one from a page of somebody else. */
async function findOrigin(): Promise<string> {
  const response = await fetch(`${url}/status`)
  const { env } = (await response.json()) as { readonly env: string }
  return env === 'development' ? url.replace('127.0.0.1', 'localhost') : url
}
