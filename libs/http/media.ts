/** What a body without a description of its own is, coming and going. */
export const JSON_TYPE = 'application/json'

/** A media type without its parameters. */
export const withoutParameters = (type: string): string => type.split(';', 1)[0]?.trim() ?? type

/** Whether a media type is read by people, or nearly. */
export const isText = (type: string): boolean => type.startsWith('text/') || /[/+]json$/.test(type)

/** Whether a `Content-Type` names one of these media types; text is UTF-8, and saying so is allowed. */
export function isTaken(header: string | undefined, taken: readonly string[]): boolean {
  if (header === undefined) return false
  if (taken.includes(header)) return true
  const [type = '', ...parameters] = header
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  return taken.includes(type) && parameters.every(isHarmless)
}

function isHarmless(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=')
  return name !== 'charset' || value.replaceAll('"', '') === 'utf-8'
}

/** Whether an `Accept` header takes one of the media types that may be answered (RFC 9110, section 12.5.1). */
export function isAcceptable(header: string | undefined, offered: readonly string[]): boolean {
  if (!header?.trim() || header === '*/*' || offered.length === 0) return true
  const ranges = header.toLowerCase().split(',').map(parseRange)
  return offered.some((type) => quality(type, ranges) > 0)
}

interface Range {
  readonly type: string
  readonly quality: number
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: weight === undefined ? 1 : Number(weight.slice(2)) }
}

/** The most specific range that covers a type decides. */
function quality(type: string, ranges: readonly Range[]): number {
  const names = [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']
  const range = names.map((name) => ranges.find((candidate) => candidate.type === name)).find(Boolean)
  return range?.quality ?? 0
}
