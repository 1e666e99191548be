import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { createScratch } from './servers/scratch.ts'
import { findFreePort } from './servers/server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the deployment under test answers. */
    base_url: string
  }
}

const READY_WITHIN_MS = 20_000

/**
 * Vitest's global set-up of the external tests: they run against the deployment at `BASE_URL`, or against one that is
 * started here, as `npm start` does it, on a free port with data of its own. That one has to end with code 0 when it is
 * told to.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.BASE_URL
  if (given) {
    project.provide('base_url', given.replace(/\/$/, ''))
    return undefined
  }
  const { url, stop } = await startDeployment(project.config.root)
  project.provide('base_url', url)
  return stop
}

async function startDeployment(folder: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const port = await findFreePort()
  const scratch = createScratch()
  const { PATH, NODE_V8_COVERAGE } = process.env
  const child = spawn(process.execPath, ['apps/main.ts'], {
    cwd: folder,
    env: {
      PATH,
      NODE_V8_COVERAGE,
      ENV: 'development',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      DATA_DIR: `${scratch.folder}/data`,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  scratch.guard(child.pid)
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const isReady = await Promise.race([waitUntilReady(url), ended.then(() => false)])
  if (!isReady) {
    await scratch.remove()
    throw new Error(`${process.execPath} apps/main.ts did not get ready.`)
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      const [code, signal] = await ended
      scratch.guard()
      await scratch.remove()
      if (code !== 0)
        throw new Error(`The deployment ended with ${signal ?? `code ${code}`} after SIGTERM, not with code 0.`)
    },
  }
}

async function waitUntilReady(url: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    if (response?.ok) return true
    await sleep(50)
  }
  return false
}
