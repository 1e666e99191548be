import { isCurrency } from './money.ts'

const DAY = /^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const MOMENT = /^(\d{4}-\d\d-\d\d)t([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(z|[+-]\d\d:\d\d)$/i
const FIRST = Date.parse('0001-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** A moment that `isMoment`, in UTC with milliseconds: what is finer is cut off, as databases with milliseconds would not agree on rounding. */
export const canonicalMoment = (text: string): string => new Date(text).toISOString()

/** Whether a text is a day of the calendar, `2026-11-20`, in the years 1 to 9999. */
export const isDay = (text: string): boolean =>
  DAY.test(text) && (text.slice(8) <= '28' || text.slice(8) <= lastDayOf(Number(text.slice(0, 4)), text.slice(5, 7)))

function lastDayOf(year: number, month: string): string {
  if (month !== '02') return SHORT_MONTHS.has(month) ? '30' : '31'
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? '29' : '28'
}

const SHORT_MONTHS: ReadonlySet<string> = new Set(['04', '06', '09', '11'])

/**
 * Whether a text is a moment as RFC 3339 writes it, in the years 1 to 9999 of UTC. A leap second is none: neither Node
 * nor a database can hold it.
 */
export function isMoment(text: string): boolean {
  if (!MOMENT.test(text) || !isDay(text.slice(0, 10))) return false
  const time = Date.parse(text)
  return time >= FIRST && time <= LAST
}

/** Whether a text is the code of a country or territory: ISO 3166-1 alpha-2, officially assigned; unchanged since 2011. */
export const isRegion = (text: string): boolean => regions.has(text)

const regions: ReadonlySet<string> = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
  CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
  GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
  KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
  MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
  SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
  UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
)

const AREA =
  /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/[A-Z]/
const WITHOUT_AREA =
  /^(CET|CST6CDT|Cuba|EET|EST|EST5EDT|Egypt|Eire|GB|GB-Eire|GMT|GMT[+-]?0|Greenwich|HST|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|MET|MST|MST7MDT|NZ|NZ-CHAT|Navajo|PRC|PST8PDT|Poland|Portugal|ROC|ROK|Singapore|Turkey|UCT|UTC|Universal|W-SU|WET|Zulu)$/

/**
 * Whether a text is a time zone of the IANA database that the platform knows, a zone or a link to one. Offsets and the
 * platform's own abbreviations are none (its BST is in Dhaka). Letters have their case, though a link's last part is
 * not looked at so closely.
 */
export function isTimeZone(text: string): boolean {
  if (text === 'UTC') return true // The platform's tables are 9 MiB, which a process in UTC does without.
  if (!AREA.test(text) && !WITHOUT_AREA.test(text)) return false
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions()
    return timeZone === text || timeZone.toLowerCase() !== text.toLowerCase()
  } catch {
    return false
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SPAN = /^(\d{1,4})([smhd])$/

/** Whether a text is a length of time as settings say it: a whole number up to 9999 and its unit, s, m, h or d. */
export const isTimeSpan = (text: string): boolean => SPAN.test(text)

/**
 * Milliseconds of a length of time that `isTimeSpan`.
 *
 * @example
 * toMilliseconds('5m') // 300_000
 */
export function toMilliseconds(span: string): number {
  const [, count, unit = ''] = SPAN.exec(span) ?? []
  return Number(count) * (UNITS[unit] ?? Number.NaN)
}

/** The checks of JSON Schema's `format` that are not JSON Schema's own, or better than its. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDay,
  'date-time': isMoment,
  currency_code: isCurrency,
  region_code: isRegion,
  time_zone: isTimeZone,
  time_span: isTimeSpan,
}
