import { writeFileSync } from 'node:fs'
import { writeErrors } from './errors.ts'
import { readTree } from './tree.ts'

// Writes docs/errors.md from the codes that the packages declare: node bin/errors-page.ts
writeFileSync('docs/errors.md', writeErrors(readTree('.')))
