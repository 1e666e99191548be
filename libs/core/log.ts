import { pino } from 'pino'

/** Structured log: `log.info({ order_id }, 'order placed')`. One JSON object a line; `child` adds members to every line. */
export type Log = pino.Logger

/** How a log is made. */
export interface LogOptions {
  readonly level: string
  /** Lines for people instead of JSON; slower, for a terminal. */
  readonly pretty?: boolean
  readonly name?: string
  /** Told on each line, where several processes write to one output. */
  readonly pid?: number | undefined
  /** Takes each line in place of standard output. */
  readonly write?: (line: string) => void
}

/** A log on standard output. Header and body fields that carry secrets are replaced before they are written. */
export function createLog({ level, pretty = false, name, pid, write }: LogOptions): Log {
  const options: pino.LoggerOptions = {
    level,
    base: name === undefined && pid === undefined ? null : { name, pid },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRETS, censor: '[secret]' },
    ...(pretty
      ? {
          transport: {
            target: 'pino-pretty',
            options: { messageKey: 'message', ignore: 'name', translateTime: 'HH:MM:ss.l', singleLine: true },
          },
        }
      : {}),
  }
  return write ? pino(options, { write }) : pino(options)
}

/** A class, since an object with a getter of its own has a hidden class of its own, which outlives it by far. */
class Logging {
  readonly #make: () => Log
  #made: Log | undefined

  constructor(make: () => Log) {
    this.#make = make
  }

  get log(): Log {
    this.#made ??= this.#make()
    return this.#made
  }
}

/** Adds a `log` that is made when something is logged: a child costs more than many a unit of work. */
export const withLog = <T extends object>(parts: T, make: () => Log): T & { readonly log: Log } =>
  Object.assign(new Logging(make), parts)

const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token'].flatMap((key) => [
  key,
  `*.${key}`,
  `*.*.${key}`,
])
