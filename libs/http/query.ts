import type { FieldError } from '@mainspring/core'

/** The parameters of a query as they were sent, and what is wrong with the way they were. */
export interface ParsedQuery {
  /** Without a prototype, so that no name means anything by itself. */
  readonly values: Record<string, unknown>
  readonly errors: readonly FieldError[]
}

/** Parses what follows the `?`. Each parameter may come once; percent-encoding must be right and spell text without NUL. */
export function parseQuery(query: string): ParsedQuery {
  const values: Record<string, unknown> = Object.create(null)
  const errors: FieldError[] = []
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1))
    if (name === undefined)
      errors.push({ field: 'query', code: 'encoding', detail: `Not percent-encoded text: ${pair}` })
    else if (value === undefined)
      errors.push({ field: name, code: 'encoding', detail: 'Must be percent-encoded UTF-8 without NUL.' })
    else if (name in values) errors.push({ field: name, code: 'repeated', detail: 'Must be given once.' })
    else values[name] = value
  }
  return { values, errors }
}

/** Text from its form in a query, or undefined if it is not text. */
function decode(encoded: string): string | undefined {
  try {
    const text = decodeURIComponent(encoded.replaceAll('+', ' '))
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
