import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createProject, ROOT } from './testing/built-client.ts'

const run = promisify(execFile)
const page = readFileSync(join(ROOT, 'docs/client.md'), 'utf8')
const listings = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code)
const program = listings.join('\n').replace('http://127.0.0.1:8000', inject('base_url'))

let folder: string
beforeAll(() => {
  folder = createProject()
})
afterAll(() => rm(folder, { recursive: true }))

test('the page of the client is true where it is installed, by its types', async () => {
  const options = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    noEmit: true,
  }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['page.ts', 'wrong.ts'] }),
  )
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'page.ts'), program)
  await writeFile(join(folder, 'wrong.ts'), WRONG)

  const { stdout } = await run(join(ROOT, 'node_modules/.bin/tsc'), [], { cwd: folder }).catch((error) => error)

  const lines = WRONG.split('\n').flatMap((line, index) =>
    line.includes('// wrong') ? [`wrong.ts(${index + 1},`] : [],
  )
  const found = stdout.split('\n').filter((line: string) => /^\S/.test(line))
  expect(found.map((line: string) => /^[\w.]+\(\d+,/.exec(line)?.[0])).toEqual(lines)
})

test('the page of the client is true line by line', async () => {
  await writeFile(join(folder, 'page.ts'), program)

  const { stdout } = await run(process.execPath, ['page.ts'], { cwd: folder })

  expect(stdout).toMatch(/^400 invalid_request teeth: Must be at least 1\.\nteeth minimum\n\S+\n/)
})

/** What the types are there to find, each in a line of its own. */
const WRONG = `
import { createClient, follow, pages, update } from '@mainspring/client'
const client = createClient()
const sprocket_id = '1'
const sprocket = '/v1/sprockets/{sprocket_id}'
await client.get('/v1/spockets') // wrong
await client.get(sprocket) // wrong
await client.get(sprocket, { params: { id: '1' } }) // wrong
await client.put('/v1/sprockets', { body: {} }) // wrong
await client.post('/v1/sprockets', { body: { teeth: 5 } }) // wrong
await client.patch(sprocket, { params: { sprocket_id }, body: { create_time: '' } }) // wrong
await client.get('/v1/sprockets', { query: { page_size: 5 } }) // wrong
await client.post('/v1/budget-items:import', { upload: '' }) // wrong
await client.post('/v1/budget-items:import', { upload: new FormData() }) // wrong
for await (const one of pages(client, '/v1/operations/services/{service_id}')) one // wrong
for await (const { height } of pages(client, '/v1/sprockets')) height // wrong
await update(client, '/v1/factories/{factory_id}', { factory_id: '1' }, () => undefined) // wrong
await update(client, sprocket, { sprocket_id }, ({ teeth }) => ({ teeth: String(teeth) })) // wrong
for await (const { event } of follow(client, '/v1/sprockets')) event // wrong
for await (const { event } of follow(client, '/v1/returns:stream')) event.data.rental_id // wrong
const { body }: { body: { id: string } } = await client.get(sprocket, { params: { sprocket_id } })
`
