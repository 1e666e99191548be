import { collectErrors, invalidFields, normalizePhone } from '@mainspring/core'

/** Phone numbers as E.164, undefined where there is none; one without its country is read as dialled in the region. */
export const readPhones = (given: readonly string[], region_code: string): Promise<readonly (string | undefined)[]> =>
  Promise.all(given.map((phone) => normalizePhone(phone, region_code)))

/** The numbers that were read, each once, in their order. Throws `invalid_request` naming each that is none. */
export function distinctPhones(read: readonly (string | undefined)[], region_code: string): readonly string[] {
  const detail = `It is no telephone number: begin with + and the country, unless it is in ${region_code}.`
  const phones = collectErrors(
    read,
    (phone) => {
      if (phone === undefined) throw invalidFields([{ field: '', code: 'format', detail }])
      return phone
    },
    (index) => `contact_phones[${index}]`,
  )
  return [...new Set(phones)]
}
