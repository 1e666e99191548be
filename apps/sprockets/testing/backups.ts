import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServiceProcess, type ServiceProcess } from '@mainspring/testing'
import { expect } from 'vitest'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const DIE_AT = fileURLToPath(new URL('../../../libs/testing/die-at.ts', import.meta.url))

const made: ServiceProcess[] = []

/** Ends all that was created here. */
export const destroyAll = () => Promise.all(made.splice(0).map((service) => service.destroy()))

/** Creates a process of sprockets alone on an embedded database, with a folder of its own. */
export async function createService(env: Record<string, string> = {}): Promise<ServiceProcess> {
  return await create({ command: [process.execPath, MAIN], env: { LOG_LEVEL: 'warn', ...env } })
}

/** Runs commands on the data of a service that may be running. */
export const commandsOf = (service: ServiceProcess) =>
  create({ command: [process.execPath, MAIN], env: { DATA_DIR: join(service.folder, 'data') } })

/** The same, killed at a step of its work with files: `DIE_AT` says which. */
export const dyingCommandsOf = (service: ServiceProcess) =>
  create({ command: [process.execPath, '--import', DIE_AT, MAIN], env: { DATA_DIR: join(service.folder, 'data') } })

async function create(options: Parameters<typeof createServiceProcess>[0]): Promise<ServiceProcess> {
  const service = await createServiceProcess(options)
  made.push(service)
  return service
}

/** Backs up a service into its folder; resolves to the backup. */
export async function backUp(service: ServiceProcess): Promise<string> {
  const folder = join(service.folder, 'backups')
  const { code, output } = await (await commandsOf(service)).run(['backup', 'sprockets', '--to', folder])
  expect(code, output).toBe(0)
  return output.trimEnd().split('\n').at(-1) ?? ''
}

/** Sends what has to succeed. */
export async function post(service: ServiceProcess, path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  expect(response.ok, text).toBe(true)
  return JSON.parse(text)
}

/** As much of a manifest as tests look at. */
export interface Described {
  readonly services: Readonly<Record<string, { readonly files: Record<string, unknown> }>>
}

/** Reads the manifest of a backup. */
export const manifestOf = (folder: string): Described => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))

/** What a manifest is to say of a file. */
export function markOf(file: string) {
  const bytes = readFileSync(file)
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
