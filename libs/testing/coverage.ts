import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'

/**
 * Vitest's set-up of each test file, for when coverage is measured: what other processes have covered becomes part of
 * what this worker has. The deployment is asked for it after each file: at its end the report would be written already.
 */
afterAll(async () => {
  const { NODE_V8_COVERAGE: folder } = process.env
  if (!folder) return
  await mkdir(folder, { recursive: true })
  const measured = inject('measured')
  if (measured) await collect(measured, folder)
  for (const name of await readdir(folder)) await mark(join(folder, name))
})

async function collect({ pid, folder }: { readonly pid: number; readonly folder: string }, own: string): Promise<void> {
  process.kill(pid, 'SIGUSR2')
  // A signal is handled after the requests that came with it, and before those that come next.
  for (let asked = 0; asked < 2; asked++) await fetch(`${inject('base_url')}/healthz`)
  // Another worker may have come first.
  for (const name of await readdir(folder)) await rename(join(folder, name), join(own, name)).catch(() => undefined)
}

/**
 * Node runs the sources as they are, where types leave blanks; Vitest takes everything for its own translation, in which
 * all is elsewhere. A name written in another way keeps the two apart, and makes Vitest read the file itself.
 */
async function mark(file: string): Promise<void> {
  const report = await readFile(file, 'utf8')
  await writeFile(file, report.replaceAll(/("url":"file:[^"]+)\.ts"/g, '$1%2Ets"'))
}
