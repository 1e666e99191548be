/**
 * A server's text of a moment, `2026-11-20 22:28:00.12`, as RFC 3339 in UTC with milliseconds. PostgreSQL appends the
 * offset of the session, `+00` or `-03:30` or for long ago `+00:53:28`; MariaDB appends nothing and means UTC.
 */
export function fromTimestampText(text: string): string {
  // Nearly all are of this form, and a page has many.
  const end = text.endsWith('+00') ? text.length - 3 : text.length
  if (end === 23 && text[19] === '.') return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`
  const [, day, time = '', fraction = '', sign, hours = '0', minutes = '0', seconds = '0'] = FORM.exec(text) ?? []
  const iso = `${day}T${time}.${fraction.padEnd(3, '0')}Z`
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  if (offset === 0) return iso
  return new Date(Date.parse(iso) - (sign === '-' ? -offset : offset) * 1000).toISOString()
}

const FORM = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?(?:([+-])(\d\d)(?::(\d\d)(?::(\d\d))?)?)?$/
