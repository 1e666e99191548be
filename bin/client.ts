import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeServices } from '@mainspring/service'
import { services } from '../apps/index.ts'
import { writeClientTypes } from './client-types.ts'

// Writes the types of the client from what all services say of themselves, or only checks: node bin/client.ts [--check]
const path = 'libs/client/house.ts'
const file = join(import.meta.dirname, '..', path)
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

const text = writeClientTypes(describeServices(services))
const committed = existsSync(file) ? readFileSync(file, 'utf8') : undefined
if (text !== committed) {
  if (values.check) {
    console.error(`${path}:1 is not what the code says: npm run client`)
    process.exitCode = 1
  } else writeFileSync(file, text)
}
