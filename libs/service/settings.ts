import {
  boolean,
  createValidator,
  describeFormat,
  type Field,
  type Fields,
  factsOf,
  integer,
  number,
  type ObjectOf,
  objectSchema,
  oneOf,
  text,
  timeSpan,
  toMilliseconds,
} from '@mainspring/core'
import { type Retention, TRANSPORTS } from '@mainspring/events'

/** Settings that every process has. Upper case gives the name of the environment variable. */
export const kernelSettings = {
  env: oneOf(['development', 'testing', 'staging', 'production'], {
    default: 'development',
    description: 'What the process is for; see the table in docs/configuration.md.',
  }),
  host: text({ default: '127.0.0.1', description: 'The address to listen on.' }),
  port: integer({ min: 0, max: 65_535, default: 8000, description: 'The port to listen on; 0 takes a free one.' }),
  workers: integer({
    min: 1,
    max: 256,
    default: 1,
    description: 'Processes behind the one port, one for each core; more than 1 need a database server.',
  }),
  data_dir: text({ min: 1, default: './data', description: 'The folder of all embedded files.' }),
  database_url: text({
    optional: true,
    description:
      'sqlite:FILE, postgres://… or mysql://… for all services; each has a schema or database of its own in it.',
  }),
  database_direct_url: text({
    optional: true,
    description: 'Leads to the PostgreSQL server itself when DATABASE_URL leads to a pooler; for migrations and hints.',
  }),
  database_pool_size: integer({
    min: 1,
    max: 500,
    default: 10,
    description: 'Connections per service and worker to a database server; PostgreSQL has one more for hints.',
  }),
  database_wait_seconds: integer({
    min: 0,
    max: 3_600,
    default: 30,
    description: 'How long a start waits for a database that is not there yet (embedded: 9 s at most, for its file).',
  }),
  database_durable: boolean({
    default: true,
    description: 'SQLite: false risks the last commits when the power fails, for speed.',
  }),
  transport: oneOf(TRANSPORTS, {
    default: 'memory',
    description: 'How events come from service to service; `memory` serves services that run in one process.',
  }),
  nats_url: text({
    min: 1,
    default: 'nats://127.0.0.1:4222',
    description: 'NATS servers, separated by commas: nats://… or tls://…, with user:password@ or token@ if need be.',
  }),
  nats_credentials: text({ optional: true, description: 'A file with the credentials for NATS that nsc made.' }),
  nats_stream: text({
    default: 'mainspring',
    pattern: '^[A-Za-z0-9_-]{1,40}$',
    description: 'What the names of all streams and subjects begin with.',
  }),
  kinesis_stream: text({
    default: 'mainspring',
    pattern: '^[A-Za-z0-9_.-]{1,100}$',
    description: 'The Kinesis stream of all services; region and credentials come as AWS_REGION and the like.',
  }),
  kinesis_endpoint: text({ optional: true, description: 'The URL of an emulator, which is given the stream.' }),
  events_age: timeSpan({
    default: '7d',
    description: 'How long events are kept that all have who read them; so far back a new reader may begin.',
  }),
  events_hard_age: timeSpan({
    default: '30d',
    description: 'How long events are kept that somebody still waits for; 1h or more, and no less than EVENTS_AGE.',
  }),
  most_events: integer({
    min: 1_000,
    max: 1_000_000_000,
    default: 10_000_000,
    description: 'How many events each log of a service keeps, whoever waits for them.',
  }),
  redis_url: text({
    optional: true,
    pattern: '^rediss?://.+$',
    description: 'A Redis in which all processes keep cached answers: redis://…; without it each keeps its own.',
  }),
  auth: oneOf(['none'], {
    optional: true,
    description: 'Must be given outside of development and testing on a loopback address; `none` lets everybody in.',
  }),
  fixtures: boolean({ optional: true, description: 'Load fixtures at start; by default in development only.' }),
  log_level: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    optional: true,
    description: 'What is logged; by default info, in testing warn.',
  }),
  otel_exporter_otlp_endpoint: text({
    optional: true,
    pattern: '^https?://.+$',
    description: 'Where traces go, by OTLP over HTTP: http://127.0.0.1:4318. Without it there are none.',
  }),
  otel_exporter_otlp_headers: text({
    optional: true,
    description: 'What the collector of traces wants to be sent with them: key=value, separated by commas.',
  }),
  otel_service_name: text({ min: 1, default: 'mainspring', description: 'What this process is called in traces.' }),
  otel_traces_sampler: oneOf(
    [
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
      'always_on',
      'always_off',
      'traceidratio',
    ],
    { default: 'parentbased_always_on', description: 'Which traces are told; parentbased_… heeds who calls.' },
  ),
  otel_traces_sampler_arg: number({
    min: 0,
    max: 1,
    default: 1,
    description: 'The share of traces that …traceidratio tells.',
  }),
  cors_origins: text({
    optional: true,
    description:
      'Origins that browsers may call from, separated by commas; in development those of port 3000 and its own.',
  }),
  trusted_proxies: text({
    optional: true,
    description: 'Addresses or networks whose X-Forwarded-* headers are believed, separated by commas.',
  }),
  most_body_bytes: integer({
    min: 1_024,
    max: 1_073_741_824,
    default: 4_194_304,
    description: 'The largest request body.',
  }),
  most_upload_bytes: integer({
    min: 1_024,
    max: 1_099_511_627_776,
    default: 67_108_864,
    description: 'The largest upload; while it is worked on it is a file under DATA_DIR.',
  }),
  request_seconds: integer({
    min: 1,
    max: 600,
    default: 30,
    description: 'A request that takes longer is answered 503.',
  }),
  rate_limit: integer({
    min: 0,
    max: 10_000_000,
    default: 6_000,
    description:
      'Requests per client and minute, counted by each worker; 0 for no limit. None for loopback in development.',
  }),
} satisfies Fields

/** The checked settings of a process. */
export type KernelSettings = ObjectOf<typeof kernelSettings>

/** Whether comfort comes before caution: no data here is anybody's, and nobody waits for an answer. */
export const isCasual = ({ env }: Pick<KernelSettings, 'env'>): boolean => env === 'development' || env === 'testing'

/** How long events are kept. */
export const retentionOf = ({ events_age, events_hard_age, most_events }: KernelSettings): Retention => ({
  age: toMilliseconds(events_age),
  hard_age: toMilliseconds(events_hard_age),
  most: most_events,
})

/** What a transport is opened with: in testing it has streams of its own, so that no test finds what a developer has. */
export const transportSettings = (settings: KernelSettings): KernelSettings =>
  settings.env === 'testing'
    ? {
        ...settings,
        nats_stream: `${settings.nats_stream}-testing`,
        kinesis_stream: `${settings.kinesis_stream}-testing`,
      }
    : settings

/** One line of `--help`, of the documentation and of `.env.sample`. */
export interface SettingLine {
  readonly variable: string
  readonly description: string
  readonly type: string
  readonly fallback: string
}

/** A setting that is wrong, or all of them. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'SettingsError'
  }
}

/**
 * Reads declared fields from environment variables called `PREFIX_NAME`; one that is empty counts as absent. Throws one
 * `SettingsError` that names all that is wrong.
 */
export function readSettings<F extends Fields>(
  fields: F,
  environment: Readonly<Record<string, string | undefined>>,
  prefix = '',
): ObjectOf<F> {
  const given = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    const text = environment[variableOf(prefix, name)]
    return text ? [[name, parse(field, text)]] : []
  })
  const settings = Object.fromEntries(given)
  const errors = createValidator(objectSchema(fields), 'body')(settings)
  const problems = Object.entries(fields).flatMap(([name, field]) => {
    const error = errors.find((each) => each.field === name)
    const variable = variableOf(prefix, name)
    if (error?.code === 'required') return [`${variable} must be set: ${factsOf(field).options.description}`]
    return error ? [`${variable}=${environment[variable]} is not ${describeType(field)}.`] : []
  })
  if (problems.length > 0) throw new SettingsError(problems)
  return settings as ObjectOf<F>
}

/** Describes declared fields, in their order. */
export const describeSettings = (fields: Fields, prefix = ''): readonly SettingLine[] =>
  Object.entries(fields).map(([name, field]) => {
    const { options } = factsOf(field)
    return {
      variable: variableOf(prefix, name),
      description: options.description ?? '',
      type: describeType(field),
      fallback: writeValue(options.default),
    }
  })

/** The variable of a setting: `SNACKS_MEDIA_ROOT`. */
export const variableOf = (prefix: string, name: string): string =>
  [prefix, name].filter(Boolean).join('_').replaceAll('-', '_').toUpperCase()

/** A default as a variable would say it. */
function writeValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return value === undefined ? '' : String(value)
}

/** What a text says, as far as its field takes something else; what says nothing stays text, which is then wrong. */
function parse(field: Field, given: string): unknown {
  const { kind } = factsOf(field)
  if (kind === 'boolean') return SWITCHES[given.toLowerCase()] ?? given
  if (kind === 'integer') return /^-?\d+$/.test(given) ? Number(given) : given
  if (kind === 'number') return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(given) ? Number(given) : given
  return given
}

const SWITCHES: Readonly<Record<string, boolean>> = { '1': true, true: true, '0': false, false: false }

interface Rules {
  readonly enum?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

function describeType(field: Field): string {
  const { kind, schema } = factsOf(field)
  const rules: Rules = schema
  if (kind === 'boolean') return '1 or 0'
  if (kind === 'integer') return `a whole number from ${rules.minimum} to ${rules.maximum}`
  if (kind === 'number') return describeNumber(rules)
  if (rules.enum) return `one of ${rules.enum.join(', ')}`
  return rules.format ? describeFormat(rules.format) : describeText(rules)
}

const describeNumber = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Rules): string =>
  phrase('a number', ['from', minimum], ['above', exclusiveMinimum], ['up to', maximum], ['below', exclusiveMaximum])

/** That a text is not empty goes without saying: as a variable it would be absent. */
const describeText = ({ minLength = 0, maxLength, pattern }: Rules): string =>
  phrase('text', ['from', minLength > 1 ? minLength : undefined], ['up to', maxLength]).replace(
    /\d$/,
    '$& characters',
  ) + (pattern === undefined ? '' : ` that matches ${pattern}`)

const phrase = (noun: string, ...rules: readonly (readonly [word: string, limit: number | undefined])[]): string =>
  [noun, ...rules.flatMap(([word, limit]) => (limit === undefined ? [] : [`${word} ${limit}`]))].join(' ')
