import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkDocstrings } from './docstrings.ts'
import { checkErrors, writeErrors } from './errors.ts'
import { checkLengths } from './lengths.ts'
import { readTree, type Tree, type Violation } from './tree.ts'
import { checkWalls } from './walls.ts'

// The rules of the house that no linter knows: node bin/rules.ts [root]
const root = process.argv[2] ?? '.'
const tree = readTree(root)
const checks = [checkWalls, checkDocstrings, checkLengths, checkErrors, checkErrorsPage]
const violations = checks.flatMap((check) => check(tree))
for (const { path, line, message } of violations) console.error(`${path}:${line} ${message}`)
process.exitCode = violations.length > 0 ? 1 : 0

function checkErrorsPage(tree: Tree): readonly Violation[] {
  const path = 'docs/errors.md'
  const page = join(root, path)
  if (!existsSync(page) || readFileSync(page, 'utf8') === writeErrors(tree)) return []
  return [{ path, line: 1, message: 'is not what the code says: npm run errors' }]
}
