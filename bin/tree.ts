import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ParseResult, parseSync } from 'oxc-parser'

/** Everything that the rules look at. Paths are from the root of the repository, with `/`. */
export interface Tree {
  readonly sources: ReadonlyMap<string, Source>
  readonly packages: readonly Package[]
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly parsed: ParseResult
}

/** A workspace, or the root, whose folder is `''`. */
export interface Package {
  readonly name: string
  readonly folder: string
  /** Subpath to file, as in `{ "./app": "apps/snacks/app.ts" }`. */
  readonly entries: ReadonlyMap<string, string>
  readonly dependencies: ReadonlySet<string>
  readonly devDependencies: ReadonlySet<string>
}

export interface Violation {
  readonly path: string
  readonly line: number
  readonly message: string
}

export function readTree(root: string): Tree {
  const patterns = [
    '{apps,bench,bin,libs,web}/**/*.{ts,tsx}',
    '*.ts',
    '{,bench/}package.json',
    '{apps,libs}/*/package.json',
  ]
  const paths = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] })
  return createTree(Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])))
}

/** A tree from texts by path, so that a test can plant one without a disk. */
export function createTree(files: Readonly<Record<string, string>>): Tree {
  const sources = new Map<string, Source>()
  const packages: Package[] = []
  for (const [path, text] of Object.entries(files)) {
    if (path.endsWith('package.json')) packages.push(readPackage(path, text))
    else sources.set(path, { path, text, parsed: parseSync(path, text) })
  }
  return { sources, packages }
}

function readPackage(path: string, text: string): Package {
  const manifest: Manifest = JSON.parse(text)
  const folder = path === 'package.json' ? '' : dirname(path)
  return {
    name: manifest.name,
    folder,
    entries: new Map(Object.entries(manifest.exports ?? {}).map(([name, file]) => [name, join(folder, file)])),
    dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
  }
}

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The package that a path is in: the root, if none of the workspaces. */
export function packageOf({ packages }: Tree, path: string): Package {
  const home = packages.find(({ folder }) => folder !== '' && path.startsWith(`${folder}/`))
  const root = home ?? packages.find(({ folder }) => folder === '')
  if (!root) throw new Error('There is no package.json at the root.')
  return root
}

export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split('\n').length
}
