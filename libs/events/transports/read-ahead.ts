import { CLOSED, type Page, type Place } from '../source.ts'

/** Reads a lane behind a place, in small pages, waiting for what is yet to come; ends when it will get no more. */
export type OpenLane = (after: Place, signal: AbortSignal) => AsyncIterable<Page>

/** Reads a lane in the background, so that whoever asks never waits for a broker. */
export interface ReadAhead {
  /** What has come from behind this place, of whole pages so many events at least if there are. Throws once what went wrong. */
  readonly read: (after: Place, limit: number) => Promise<Page>
  readonly close: () => Promise<void>
}

/** Events, or pages without any, that are kept until somebody asks for them. */
const MOST_KEPT = 500
/** Milliseconds after which nobody seems to be interested any more. */
const PATIENCE = 30_000
/** Milliseconds until a lane that failed is opened again: they double with each failure in a row. */
const PAUSE = { first: 50, last: 5_000 }

/** Makes one; nothing is read before somebody asks. Whoever asks for another place than the next has it begin there anew. */
export function createReadAhead(open: OpenLane, onNews: () => void): ReadAhead {
  let run: Run | undefined
  let failures = 0
  let resumeTime = 0

  async function read(after: Place, limit: number): Promise<Page> {
    if (run?.place !== after) {
      run?.end()
      run = undefined
      if (performance.now() < resumeTime) return { entries: [], place: after }
      run = startRun(open, after, onNews)
    }
    const page = run.take(limit)
    if (page.place !== after) failures = 0
    else if (run.error !== undefined) {
      const { error } = run
      run = undefined
      failures += 1
      resumeTime = performance.now() + Math.min(PAUSE.last, PAUSE.first * 2 ** (failures - 1))
      throw error
    }
    return page
  }

  return {
    read,
    async close() {
      run?.end()
      await run?.ended
    },
  }
}

/** Reading from one place on. */
interface Run {
  /** Behind what was taken. */
  readonly place: Place
  readonly error: unknown
  readonly take: (limit: number) => Page
  readonly end: () => void
  readonly ended: Promise<void>
}

function startRun(open: OpenLane, from: Place, onNews: () => void): Run {
  const ending = new AbortController()
  const { signal } = ending
  let place = from
  let pages: Page[] = []
  let kept = 0
  let error: unknown
  let resume = () => {}
  const end = () => {
    ending.abort()
    resume()
  }
  const timer = setTimeout(end, PATIENCE).unref()

  async function pump(): Promise<void> {
    let last = from
    for await (const page of open(from, signal)) {
      last = page.place
      pages.push(page)
      kept += sizeOf(page)
      if (pages.length === 1) onNews()
      while (kept >= MOST_KEPT && !signal.aborted) {
        await new Promise<void>((resolve) => {
          resume = resolve
        })
      }
      if (signal.aborted) return
    }
    if (last !== CLOSED) throw new Error('The way to a lane has ended.')
  }

  const ended = pump().catch((reason: unknown) => {
    if (!signal.aborted) error = reason ?? new Error('A lane failed.')
    onNews()
  })

  return {
    get place() {
      return signal.aborted ? NOWHERE : place
    },
    get error() {
      return error
    },
    take(limit) {
      timer.refresh()
      let count = 0
      let events = 0
      while (count < pages.length && events < limit) events += pages[count++]?.entries.length ?? 0
      const taken = pages.slice(0, count)
      pages = pages.slice(count)
      place = taken.at(-1)?.place ?? place
      kept -= taken.reduce((sum, page) => sum + sizeOf(page), 0)
      resume()
      return { entries: taken.flatMap(({ entries }) => entries), place }
    },
    end() {
      clearTimeout(timer)
      end()
    },
    ended,
  }
}

/** The place of what was given up. */
const NOWHERE = '-'

const sizeOf = ({ entries }: Page): number => Math.max(1, entries.length)
