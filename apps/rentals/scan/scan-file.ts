import { readFileSync } from 'node:fs'
import { createValidator, objectSchema, timestamp } from '@mainspring/core'
import { type Scan, scanFields } from '../services/scan-service.ts'

const validate = createValidator(objectSchema({ ...scanFields, scan_time: timestamp({ optional: true }) }), 'body')

/** What is wrong with a file, so that it holds no scan. */
export class BadFile extends Error {}

/** Reads a scan from a JSON file; one that does not say when it was made is made now. Throws `BadFile`. */
export function readScan(file: string, now: string): Scan {
  const scan = parse(file)
  const errors = validate(scan)
  if (errors.length > 0) {
    throw new BadFile(`${file} holds no scan. ${errors.map(({ field, detail }) => `${field}: ${detail}`).join(' ')}`)
  }
  const { scan_time, ...rest } = scan as Omit<Scan, 'scan_time'> & { readonly scan_time: string | null } // checked above
  return { ...rest, scan_time: scan_time ?? now }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BadFile(
      error instanceof SyntaxError ? `${file} is no JSON: ${reason}` : `${file} cannot be read: ${reason}`,
    )
  }
}
