/**
 * A phone number in any usual spelling as E.164, `+4930123456`; undefined if it is none that could be called. A number
 * without its country (no `+`, no international prefix) is read as dialled in `region` (ISO 3166-1 alpha-2); without a
 * region it is undefined. What E.164 cannot say is refused, not dropped: an extension, letters for digits, two numbers.
 * Never throws. The length and ranges of every country and type are known to the day of the release of
 * libphonenumber-js; they cost 20 MiB, so they are loaded by the first call.
 *
 * @example
 * await normalizePhone('(030) 12 34 56', 'DE') // '+4930123456'
 */
export async function normalizePhone(text: string, region?: string): Promise<string | undefined> {
  // Of the three sets of metadata only `max` knows which numbers exist; `min` knows lengths, `mobile` mobile phones.
  loading ??= import('libphonenumber-js/max')
  const { default: parse, isSupportedCountry } = await loading
  const isKnown = region !== undefined && isSupportedCountry(region)
  const number = parse(withoutWrapping(text), { extract: false, ...(isKnown ? { defaultCountry: region } : {}) })
  return number?.isValid() && number.ext === undefined && E164.test(number.number) ? number.number : undefined
}

/** Kept: to import it again costs 3 µs, and to read a number some 10. */
let loading: Promise<typeof import('libphonenumber-js/max')> | undefined

/** ITU-T E.164 stops at 15 digits; some ranges of Germany would go on. */
const E164 = /^\+[1-9]\d{1,14}$/

/** Without the scheme of a link, and without the invisible marks that come along when a number is copied. */
const withoutWrapping = (text: string): string =>
  text
    .replaceAll(/\p{Format}/gu, '')
    .replace(/^\s*tel:/i, '')
    .trim()
