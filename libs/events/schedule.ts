import { Cron } from 'croner'
import { type RetryPolicy, USUAL_RETRY } from './retry.ts'

/** What is done at certain times, once by all processes together. */
export interface Schedule<Needs = never> {
  /** Its place in the table of schedules: renaming it makes a new one. */
  readonly name: string
  /** When, with its time zone: `CRON_TZ=Europe/Berlin 0 3 * * *`. Changing it makes a new one, too. */
  readonly rule: string
  readonly retry: RetryPolicy
  readonly handle: (needs: never) => Promise<void>
  /** The first time after a moment, both in milliseconds since 1970. */
  readonly nextAfter: (moment: number) => number
  /** Never there: carries the type of what `handle` needs. */
  readonly needs?: (needs: Needs) => void
}

/** What a schedule states of itself. */
export interface ScheduleOptions<N> {
  readonly name: string
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  /** IANA; without it, UTC. */
  readonly time_zone?: string
  readonly retry?: Partial<RetryPolicy>
  /** One unit of work: what it writes is committed together with the next time. */
  readonly handle: (needs: N) => Promise<void>
}

/**
 * Declares a schedule. Times that passed while no process ran are made up for by one run, not by one each. A time of day that
 * the clocks skip in spring is due when they have, and one that comes twice in autumn the first time; what is due every hour
 * or every few minutes goes on as time does. Throws for a rule that is none or never comes true.
 *
 * @example
 * export const remind = schedule({
 *   name: 'rentals.remind_late',
 *   cron: '0 8 * * 1-5',
 *   time_zone: 'Europe/Berlin',
 *   handle: remindLate,
 * })
 */
export function schedule<N>({ name, cron, time_zone = 'UTC', retry, handle }: ScheduleOptions<N>): Schedule<N> {
  const nextAfter = readRule(name, cron, time_zone)
  return {
    name,
    rule: `CRON_TZ=${time_zone} ${cron}`,
    retry: { ...USUAL_RETRY, ...retry },
    // What it takes is checked here; that what it needs is connected, `service` checks.
    handle: handle as Schedule['handle'],
    nextAfter,
  }
}

function readRule(name: string, cron: string, time_zone: string): Schedule['nextAfter'] {
  const rule = parseRule(name, cron, time_zone)
  const nextAfter = (moment: number): number => {
    const next = rule.nextRun(new Date(moment))
    if (next === null) throw new Error(`${name} is never due: ${cron}.`)
    return next.getTime()
  }
  nextAfter(0)
  return nextAfter
}

function parseRule(name: string, cron: string, time_zone: string): Cron {
  try {
    new Intl.DateTimeFormat('en', { timeZone: time_zone })
    const rule = new Cron(cron, { paused: true, mode: '5-part', timezone: time_zone, fixedTimeRule: 'no-wildcard' })
    if (rule.getOnce()) throw new Error('it is due only once.')
    return rule
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${name} has no rule of cron: ${reason}`, { cause: error })
  }
}
