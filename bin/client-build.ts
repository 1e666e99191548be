import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

// Builds the client as others install it, JavaScript with types: node bin/client-build.ts [folder]
const root = join(import.meta.dirname, '..')
const folder = resolve(process.argv[2] ?? join(root, 'dist/client'))

rmSync(folder, { recursive: true, force: true })
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'libs/client', '--outDir', folder], {
  cwd: root,
  stdio: 'inherit',
})
const { name, version, description, exports, dependencies } = JSON.parse(
  readFileSync(join(root, 'libs/client/package.json'), 'utf8'),
)
const manifest = {
  ...{ name, version, description, license: 'MIT', type: 'module', sideEffects: false, engines: { node: '>=20.3' } },
  exports: Object.fromEntries(Object.entries<string>(exports).map(([path, file]) => [path, built(file)])),
  dependencies,
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
// The pages that it leads to are not there.
const page = readFileSync(join(root, 'docs/client.md'), 'utf8').replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, '$1')
writeFileSync(join(folder, 'README.md'), page)
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))

function built(file: string): object {
  const path = file.replace(/\.ts$/, '')
  return { types: `${path}.d.ts`, default: `${path}.js` }
}
