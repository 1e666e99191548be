import { checkDocstrings } from './docstrings.ts'
import { checkErrors } from './errors.ts'
import { checkLengths } from './lengths.ts'
import { readTree } from './tree.ts'
import { checkWalls } from './walls.ts'

// The rules of the house that no linter knows: node bin/rules.ts [root]
const tree = readTree(process.argv[2] ?? '.')
const violations = [checkWalls, checkDocstrings, checkLengths, checkErrors].flatMap((check) => check(tree))
for (const { path, line, message } of violations) console.error(`${path}:${line} ${message}`)
process.exitCode = violations.length > 0 ? 1 : 0
