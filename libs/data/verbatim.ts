/** Rows for an answer. What is stored as JSON would be read only to be written again: it stays the text that it is. */
export interface Verbatim<R> {
  /** With a mark in the place of each of these texts. */
  readonly rows: readonly R[]
  readonly json: readonly string[]
}

/** What stands for one of the texts. Nothing that comes from a database is like it: UTF-8 has no lone surrogates. */
export const markOf = (index: number): string => `\udfff${index}`

const WRITTEN_MARK = /"\\udfff(\d+)"/g

/** Writes an answer in which such rows are, with the texts that belong there. What it leaves out of a row is left out. */
export function writeVerbatim(answer: object, json: readonly string[]): string {
  const written = JSON.stringify(answer)
  return json.length === 0 ? written : written.replace(WRITTEN_MARK, (_, index) => json[index] ?? '')
}
