import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY_DISK = '/dev/shm'
const ENOUGH_ROOM_BYTES = 1024 ** 3

/** A temporary folder and the server that lives in it, both gone soon after the process that made them, however it ends. */
export interface Scratch {
  readonly folder: string
  /** Names the process to end with the folder; nothing names none. */
  guard(pid?: number): void
  /** Ends the guarded process with `endSignal` (after 5 s with SIGKILL), then removes the folder. Safe to call twice. */
  remove(): Promise<void>
}

/**
 * Creates a temporary folder, in memory where there is room for it, unless `onDisk`.
 *
 * A shell watches over it: its standard input is a pipe that only the owner holds open, so the kernel tells it of the
 * owner's end even after a SIGKILL. `remove` goes the same way, by closing the pipe.
 */
export function createScratch({ onDisk = false, endSignal = 'KILL' } = {}): Scratch {
  const folder = mkdtempSync(join(onDisk ? tmpdir() : roomyFolder(), 'mainspring-'))
  const watchdog = spawn('sh', ['-c', `${SIGNAL_SCRIPT}${WATCH_SCRIPT}`, 'watchdog', folder, endSignal], {
    detached: true, // out of the reach of Ctrl-C, which would end it before the server
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watchdog.unref()
  return {
    folder,
    guard: (pid) => void watchdog.stdin.write(`${pid ?? ''}\n`),
    remove: () => endWatchdog(watchdog),
  }
}

async function endWatchdog(watchdog: ChildProcess): Promise<void> {
  if (watchdog.exitCode !== null) return
  watchdog.ref()
  watchdog.stdin?.end()
  await once(watchdog, 'exit')
}

/** Sends a signal to a process and its children; returns when they have been sent. */
export function signalFamily(signal: 'STOP' | 'CONT' | 'KILL', pid: number): void {
  spawnSync('sh', ['-c', `${SIGNAL_SCRIPT}signal ${signal} ${pid}`], { stdio: 'ignore' })
}

function roomyFolder(): string {
  if (!existsSync(MEMORY_DISK)) return tmpdir()
  const disk = statfsSync(MEMORY_DISK)
  return disk.bavail * disk.bsize > ENOUGH_ROOM_BYTES ? MEMORY_DISK : tmpdir()
}

/**
 * The children are looked up by their parent, because each of PostgreSQL's leads a process group of its own; the parent
 * is halted first, so that it cannot fork another meanwhile. macOS has no /proc. What children of a process that leads a
 * group have started, as make and npm do, is found by that group, which outlives who leads it.
 */
const SIGNAL_SCRIPT = `
signal() {
  kill -STOP "$2"
  kill "-$1" $(cat "/proc/$2/task/$2/children" || pgrep -P "$2") "$2"
}
`

const WATCH_SCRIPT = `
while read -r line; do pid=$line; done
if [ "$pid" ]; then
  signal CONT "$pid"
  kill "-$2" "$pid"
  for attempt in $(seq 100); do
    kill -0 "$pid" || break
    sleep 0.05
  done
  signal KILL "$pid"
  kill -KILL "-$pid"
fi
for attempt in $(seq 100); do
  rm -rf "$1" && break
  sleep 0.05
done
`
