import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceProcess } from '@mainspring/testing'

/** What a process has used, second by second: MiB of memory, and the milliseconds for which nothing else could happen in it. */
export interface Usage {
  readonly start: number
  readonly most: number
  readonly end: number
  readonly longest_hold_up: number
}

/** Node code that writes down each second what its process uses, beside its data: from outside a busy machine looks like a busy process. */
const NOTES = `import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
setInterval(() => {
  const note = [process.pid, process.memoryUsage.rss() / 2 ** 20, delay.max / 1e6]
  appendFileSync(process.env.DATA_DIR + '.usage', JSON.stringify(note) + '\\n')
  delay.reset()
}, 1000).unref()`

/** The environment of a process that is watched. */
export const WATCHED = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(NOTES)}` }

type Note = readonly [pid: number, memory: number, delay: number]

/** Reads what a watched process has used, of its runs the longest. */
export function readUsage(service: ServiceProcess): Usage {
  const file = join(service.folder, 'data.usage')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const notes = lines.map((line): Note => JSON.parse(line))
  const runs = [...Map.groupBy(notes, ([pid]) => pid).values()]
  const longest = runs.toSorted((a, b) => b.length - a.length)[0] ?? []
  const memory = longest.map(([, used]) => Math.round(used))
  return {
    start: memory[0] ?? 0,
    most: Math.max(0, ...memory),
    end: memory.at(-1) ?? 0,
    longest_hold_up: Math.round(Math.max(0, ...notes.slice(1).map(([, , delay]) => delay))),
  }
}

/** A heap of Node takes its time to find its size; what it takes twice over, and hundreds of MiB, is a leak. */
export const isGrowing = ({ start, end }: Usage): boolean => end > 2 * start + 400
