import { once } from 'node:events'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { type AppError, invalid, invalidFields } from '@mainspring/core'
import type { Upload } from './route.ts'

/** What browsers send files in (RFC 7578). */
export const FORM_TYPE = 'multipart/form-data'

/** Bytes by which a form may be larger than the file in it. */
export const FORM_OVERHEAD = 16 * 1024

/** The media types in which an upload may come. */
export const uploadTypes = ({ media_types, form_field }: Upload): readonly string[] =>
  form_field === undefined ? media_types : [...media_types, FORM_TYPE]

/**
 * The one file of a form, in pieces as they arrive. What the form says of its name and type is nobody's business. Throws when
 * the field is not there, or more than that is.
 */
export async function* fileOf(form: AsyncIterable<Buffer>, type: string, field: string): AsyncGenerator<Buffer, void> {
  const parser = createParser(type)
  const finished = once(parser, 'finish').catch((error: unknown) => Promise.reject(malformed(error)))
  finished.catch(() => {})
  const names: string[] = []
  const pieces: Buffer[] = []
  parser.on('file', (name, file) => {
    names.push(name)
    file.on('error', () => {}) // the parser has it, too
    file.on('data', (piece: Buffer) => pieces.push(piece))
  })
  try {
    for await (const piece of form) {
      await Promise.race([write(parser, piece), finished])
      refuseOthers(names, field)
      yield* pieces.splice(0)
    }
    parser.end()
    await finished
    refuseOthers(names, field)
    if (names.length === 0) throw wrong(field, 'required', 'The form has no such file.')
    yield* pieces.splice(0)
  } finally {
    parser.destroy()
  }
}

/** Every part counts as a file: which it is, is up to whoever reads it. */
function createParser(type: string): BusboyInstance {
  try {
    const limits = { headerPairs: 20, headerSize: 4 * 1024, fieldNameSize: 200 }
    return new Busboy({ headers: { 'content-type': type }, isPartAFile: () => true, limits })
  } catch (error) {
    throw malformed(error)
  }
}

const write = (parser: BusboyInstance, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => parser.write(piece, (error) => (error ? reject(malformed(error)) : resolve())))

function refuseOthers(names: readonly string[], field: string): void {
  const other = names.find((name) => name !== field)
  if (other !== undefined) throw wrong(other, 'unknown_field', `The form takes ${field} and nothing else.`)
  if (names.length > 1) throw wrong(field, 'repeated', 'One file is taken, not several.')
}

const wrong = (field: string, code: string, detail: string): AppError => invalidFields([{ field, code, detail }])

const malformed = (cause: unknown): AppError =>
  invalid('malformed_form', {
    detail: `The body is not a form: ${(cause instanceof Error ? cause.message : String(cause)).replace(/\.*$/, '.')}`,
    cause,
  })
