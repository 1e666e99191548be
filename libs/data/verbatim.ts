/** Rows for an answer. What is stored as JSON would be read only to be written again: it stays the text that it is. */
export interface Verbatim<R> {
  /** With a mark in the place of each of these texts. */
  readonly rows: readonly R[]
  /** By row, then in the order of fields. */
  readonly json: readonly string[]
}

/** Nothing that comes from a database is like it: UTF-8 has no lone surrogates. */
export const MARK = '\udfff'

const WRITTEN_MARK = JSON.stringify(MARK)

/** Writes an answer in which such rows are, all of them and in their order, with the texts that belong there. */
export function writeVerbatim(answer: object, json: readonly string[]): string {
  const written = JSON.stringify(answer)
  if (json.length === 0) return written
  let placed = 0
  const whole = written.replaceAll(WRITTEN_MARK, () => json[placed++] ?? '')
  if (placed !== json.length) throw new Error(`An answer has ${placed} places for ${json.length} texts of JSON.`)
  return whole
}
