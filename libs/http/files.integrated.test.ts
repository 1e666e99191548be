import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { filesRoute } from './files.ts'
import { openConnection } from './testing/connection.ts'
import { createSample } from './testing/sample-server.ts'
import { send } from './testing/send.ts'
import { createSpoolFolder, listSpooled } from './testing/spools.ts'

/** A server of a folder with one file in it, and with much that is none of its. */
async function createFiles() {
  const folder = await createSpoolFolder()
  await mkdir(join(folder, 'ab', '0d.txt'), { recursive: true })
  await mkdir(join(folder, '.cd'))
  for (const name of ['ab/01.txt', 'ab/.02.txt', '.cd/01.txt', 'secret.txt']) await writeFile(join(folder, name), name)
  await writeFile(join(folder, 'ab', '0e.txt'), '')
  await writeFile(join(folder, 'ab', '0c.txt'), '0123456789')
  await symlink(join(folder, 'secret.txt'), join(folder, 'ab', '0f.txt'))
  await symlink(join(folder, 'ab'), join(folder, 'cd'))
  const names = /^[0-9a-f]{2}\/[0-9a-f]{2}\.txt$/
  const route = filesRoute({ path: '/media', folder, names, content_type: 'image/webp' })
  return { folder, ...createSample([], { kernel_routes: [route] }) }
}

test('a file is served to be kept for good, and never to run', async () => {
  const sample = await createFiles()

  const { status, headers, text } = await send(sample, 'GET', '/media/ab/0c.txt')

  expect([status, text]).toEqual([200, '0123456789'])
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'image/webp',
    'content-length': '10',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'accept-ranges': 'bytes',
    etag: '"0c.txt"',
  })
})

test('HEAD tells of a file without sending it', async () => {
  const sample = await createFiles()

  const { status, headers, text } = await send(sample, 'HEAD', '/media/ab/0c.txt')

  expect([status, text, headers.get('content-length')]).toEqual([200, '', '10'])
})

test.each(['bytes=0-3', 'bytes=10-'])('HEAD knows no ranges: %s', async (range) => {
  const sample = await createFiles()

  const { status, headers } = await send(sample, 'HEAD', '/media/ab/0c.txt', undefined, { range })

  expect([status, headers.get('content-length'), headers.get('content-range')]).toEqual([200, '10', null])
})

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=4-', '456789', 'bytes 4-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=-99', '0123456789', 'bytes 0-9/10'],
])('a range of a file is served: %s', async (range, text, content_range) => {
  const sample = await createFiles()

  const answer = await send(sample, 'GET', '/media/ab/0c.txt', undefined, { range, 'if-range': '"0c.txt"' })

  expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([206, text, content_range])
})

test.each(['bytes=0-1,3-4', 'bytes=5-2', 'bytes=-', 'bytes=x', 'lines=1-2'])(
  'the whole file is served for what is no single range: %s',
  async (range) => {
    const sample = await createFiles()

    const { status, text } = await send(sample, 'GET', '/media/ab/0c.txt', undefined, { range })

    expect([status, text]).toEqual([200, '0123456789'])
  },
)

test('a range of another file is none of this one', async () => {
  const headers = { range: 'bytes=0-3', 'if-range': '"other"' }

  const { status, text } = await send(await createFiles(), 'GET', '/media/ab/0c.txt', undefined, headers)

  expect([status, text]).toEqual([200, '0123456789'])
})

test.each(['bytes=10-', 'bytes=-0'])('a range behind the end is refused: %s', async (range) => {
  const sample = await createFiles()

  const { status, headers, text } = await send(sample, 'GET', '/media/ab/0c.txt', undefined, { range })

  expect([status, headers.get('content-range'), text]).toEqual([416, 'bytes */10', ''])
})

test('whoever has a file is not sent it again, nor a range of it', async () => {
  const sample = await createFiles()
  const headers = { 'if-none-match': '"0c.txt"', range: 'bytes=0-3' }

  const answer = await send(sample, 'GET', '/media/ab/0c.txt', undefined, headers)

  expect([answer.status, answer.text]).toEqual([304, ''])
  // A cache takes over what it is told again.
  expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  await expect
    .poll(async () => (await listSpooled(sample.folder)).filter((path) => path.endsWith('0c.txt')))
    .toEqual([])
})

test.each([
  '/media/ab/77.txt',
  '/media/ab/../secret.txt',
  '/media/ab/..%2fsecret.txt',
  '/media/ab/%2e%2e/secret.txt',
  '/media/%2e%2e/secret.txt',
  '/media/..%5csecret.txt/01.txt',
  '/media/ab%2f01.txt',
  '/media/ab/.02.txt',
  '/media/.cd/01.txt',
  '/media/ab/%252e%252e',
  '/media/ab/0c.txt%00.webp',
  '/media/ab/0c.txt%0a',
  '/media/ab/0c.txt/',
  '/media//0c.txt',
  '/media/ab//0c.txt',
  '/media/AB/0C.TXT',
  '/media/ab/0d.txt',
  '/media/ab/0e.txt',
  '/media/ab/0f.txt',
  '/media/cd/01.txt',
  '/media/ab',
  '/media/ab/',
  '/media/secret.txt',
  '/media',
  '//media/ab/0c.txt/..',
])('nothing lives at %s', async (path) => {
  const sample = await createFiles()
  const url = await sample.server.listen()
  onTestFinished(() => sample.server.close())
  const connection = await openConnection(url)

  connection.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)

  await expect(connection.closed).resolves.toMatch(/^HTTP\/1.1 (404|400) .*"code":"(route_not_found|invalid_path)"/s)
})

test('nothing else can be done with a file', async () => {
  const sample = await createFiles()

  const { status, headers } = await send(sample, 'DELETE', '/media/ab/0c.txt')

  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('a folder that is not there yet has no files', async () => {
  const files = { path: '/media', folder: '/nowhere', names: /x/, content_type: 'image/webp' }

  const { status } = await send(createSample([], { kernel_routes: [filesRoute(files)] }), 'GET', '/media/x/x')

  expect(status).toBe(404)
})

test('a file is let go of by whoever stops reading', async () => {
  const sample = await createFiles()
  await writeFile(join(sample.folder, 'ab', 'ff.txt'), Buffer.alloc(16 * 1024 ** 2))
  const url = await sample.server.listen()
  onTestFinished(() => sample.server.close())
  const connection = await openConnection(url)
  connection.write('GET /media/ab/ff.txt HTTP/1.1\r\nHost: x\r\n\r\n')
  await connection.receive(/200 OK/)

  connection.hangUp()

  await expect
    .poll(async () => (await listSpooled(sample.folder)).filter((path) => path.endsWith('ff.txt')))
    .toEqual([])
})
