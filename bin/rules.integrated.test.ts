import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('a clean tree passes in silence', () => {
  expect(runRules({ 'apps/snacks/long.ts': '//\n'.repeat(300) })).toEqual({ status: 0, stderr: '' })
})

test('a violation of each kind is named, and fails the check', () => {
  const { status, stderr } = runRules({
    'apps/snacks/long.ts': '//\n'.repeat(301),
    'libs/core/index.ts': "import '../../apps/snacks/long.ts'\nexport const bare = 1\n",
    'node_modules/core/index.ts': "import '../../apps/snacks/long.ts'",
  })

  expect(status).toBe(1)
  expect(stderr.trim().split('\n')).toEqual([
    'libs/core/index.ts:1 imports apps/snacks/long.ts, but libs/** never apps/**: the kernel knows no service',
    'libs/core/index.ts:2 exports bare without a docstring',
    'apps/snacks/long.ts:300 has 301 lines, of 300 at most',
  ])
})

function runRules(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'rules-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const manifests = {
    'package.json': '{ "name": "mainspring" }',
    'apps/snacks/package.json': '{ "name": "@mainspring/snacks" }',
    'libs/core/package.json': '{ "name": "@mainspring/core", "exports": { ".": "./index.ts" } }',
    'libs/core/index.ts': '',
  }
  for (const [path, text] of Object.entries({ ...manifests, ...files })) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'rules.ts'), root], {
    encoding: 'utf8',
  })
  return { status, stderr }
}
