import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const NOT_COPIED = ['.git', '.env', 'coverage', 'data', 'dist']
const HIDDEN_LOCK = '.package-lock.json'

/** A copy of the repository that may be changed. What is installed is shared, but for the links between workspaces. */
export interface CleanCopy {
  readonly folder: string
  /** Runs a command line in it, as a person would. */
  readonly run: (command: string) => SpawnSyncReturns<string>
  /** All files but what is installed, by path. */
  readonly files: () => ReadonlyMap<string, string>
}

/** Makes one in a temporary folder, which the caller removes. */
export function createCleanCopy(): CleanCopy {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-copy-'))
  cpSync(ROOT, folder, { recursive: true, filter: (source) => isCopied(source, folder) })
  linkInstalled(folder)
  const { HOME, PATH } = process.env
  const env = { HOME, PATH: `${folder}/node_modules/.bin:${PATH}` }
  return {
    folder,
    run: (command) => spawnSync('bash', ['-c', command], { cwd: folder, env, encoding: 'utf8' }),
    files: () => new Map(listFiles(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
  }
}

/** A workspace may have packages of its own: they are shared whole. */
function isCopied(source: string, folder: string): boolean {
  const path = relative(ROOT, source)
  if (basename(path) !== 'node_modules') return !NOT_COPIED.includes(path)
  if (path !== 'node_modules') symlinkSync(source, join(folder, path))
  return false
}

function linkInstalled(folder: string): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')]
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    if (name === '@mainspring') cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true })
    else if (name !== HIDDEN_LOCK) symlinkSync(join(from, name), join(to, name))
  }
  copyFileSync(join(from, HIDDEN_LOCK), join(to, HIDDEN_LOCK))
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|data)\//.test(path))
}
