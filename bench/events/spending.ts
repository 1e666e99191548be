import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'

/** Microseconds of CPU since the beginning: of this process, and of the database server if there is one and it can be told. */
export interface Spent {
  readonly own: number
  readonly server: number
}

/** Makes what tells what was spent, on Linux also by the server at a URL. */
export async function createSpending(url: string): Promise<() => Spent> {
  const postmaster = url.startsWith('postgres') && process.platform === 'linux' ? await findPostmaster(url) : undefined
  return () => {
    const { user, system } = process.cpuUsage()
    return { own: user + system, server: postmaster === undefined ? 0 : familyTime(postmaster) }
  }
}

async function findPostmaster(url: string): Promise<number | undefined> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query('select pg_backend_pid() as pid')
    return parentOf(Number(rows[0]?.pid))
  } catch {
    // It runs on another machine.
    return undefined
  } finally {
    await client.end()
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, from the third field on: a name may hold spaces. */
const statOf = (pid: number): readonly string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const parentOf = (pid: number): number => Number(statOf(pid)[1])

/** The kernel counts in hundredths of a second. */
const TICK = 10_000

/** Of a process, its children that have ended, and those that live. */
function familyTime(pid: number): number {
  const [user = 0, system = 0, theirUser = 0, theirSystem = 0] = statOf(pid).slice(11, 15).map(Number)
  return childrenOf(pid).reduce((sum, child) => sum + ownTime(child), (user + system + theirUser + theirSystem) * TICK)
}

function ownTime(pid: number): number {
  try {
    const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number)
    return (user + system) * TICK
  } catch {
    // It has just ended, and is counted with its parent's.
    return 0
  }
}

const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )
