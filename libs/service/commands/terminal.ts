import { AppError } from '@mainspring/core'
import { DatabaseFault, MigrationError } from '@mainspring/data'
import { BackupError } from '../backup/manifest.ts'
import { SettingsError } from '../settings.ts'

/** A call that makes no sense: said without a stack. */
export class UsageError extends Error {}

/** Writes a line for whoever gave a command. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Says what went wrong on the error output; what needs no stack without one. */
export function complain(error: unknown): void {
  process.stderr.write(`${sentenceOf(error) ?? stackOf(error)}\n`)
}

/** What needs no stack: mistakes of those who start it, and what the world around it refuses. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof DatabaseFault && error.cause instanceof Error)
    return `The database refused: ${error.cause.message}`
  const isExpected = [UsageError, BackupError, SettingsError, MigrationError, AppError].some(
    (kind) => error instanceof kind,
  )
  return error instanceof Error && (isExpected || isParseError(error)) ? error.message : undefined
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? error.message
  return error.cause === undefined ? stack : `${stack}\nbecause of ${stackOf(error.cause)}`
}

const isParseError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
