import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createSpoolFolder } from './testing/spools.ts'

const MEBIBYTE = 1024 * 1024

/** A process of its own, until the test ends, and how many bytes its memory has grown at most. */
async function startProcess() {
  const program = fileURLToPath(new URL('testing/memory-server.ts', import.meta.url))
  const child = spawn(process.execPath, [program, await createSpoolFolder()], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  const [url] = await once(child.stdout, 'data')
  const mostBytes = async () => Object(await (await fetch(`${url}/v1/memory`)).json()).most_bytes
  const before = await mostBytes()
  return { url: String(url), growth: async () => (await mostBytes()) - before }
}

async function* pieces(count: number) {
  const piece = Buffer.alloc(MEBIBYTE, 'x')
  for (let sent = 0; sent < count; sent++) yield piece
}

// Node lets some 64 MiB of buffers that nobody needs any more lie about, however many there were.
test('an upload takes memory for a part of it', async () => {
  const { url, growth } = await startProcess()

  const answer = await fetch(`${url}/v1/sprockets:import`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ReadableStream.from(pieces(240)),
    duplex: 'half',
  })

  expect(await answer.json()).toEqual({ bytes: 240 * MEBIBYTE })
  expect(await growth()).toBeLessThan(120 * MEBIBYTE)
})

test('20 readers who read nothing take no memory', async () => {
  const { url, growth } = await startProcess()
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())

  await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/v1/sprockets:export`, { signal: leaving.signal })))
  await setTimeout(1000)

  expect(await growth()).toBeLessThan(80 * MEBIBYTE)
})
