import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { execute } from './database.ts'
import { createScratch, type Scratch, signalFamily } from './scratch.ts'

const START_TIMEOUT_MS = 30_000
const ASK_AGAIN_AFTER_MS = 20

/** Databases refuse to run as root, so root's servers run as nobody (by this number on Debian, Alpine and Fedora). */
export const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** How a server of one's own is to be run. */
export interface ServerOptions {
  /**
   * Commits reach the disk before they are answered, as in production: for measuring. Otherwise the data lives in memory
   * where possible, and what was committed survives the death of the server, but not of the machine.
   */
  readonly durable?: boolean
}

type Command = readonly [program: string, ...args: string[]]

/** What is particular about one kind of server. */
export interface Program {
  /** Fills the folder with an empty data directory, where the server does not do that itself. */
  install?(folder: string): Command
  serve(folder: string, port: number): Command
  url(port: number): string
  /** Resolves if the server at this URL is ready; asks a database for a row unless told otherwise. */
  answer?(url: string): Promise<unknown>
  /** Is a file of this repository, which nobody else may be able to read: it runs as whoever runs the tests. */
  readonly isOurs?: true
  /** Makes it close its connections and write everything down. */
  readonly stopSignal: NodeJS.Signals
  /** Makes it go at once without leaving anything behind outside its folder. */
  readonly endSignal: 'QUIT' | 'KILL'
}

const run = promisify(execFile)

/** Installs and starts a server on a free port of the loopback interface; it ends with this process, or by `destroy`. */
export async function startServer(program: Program, { durable = false }: ServerOptions): Promise<TestServer> {
  const scratch = createScratch({ onDisk: durable, endSignal: program.endSignal })
  try {
    if (account.uid) chownSync(scratch.folder, account.uid, account.gid)
    await install(program, scratch)
    const server = new TestServer(program, scratch, await findFreePort())
    await server.start()
    return server
  } catch (error) {
    await scratch.remove()
    throw error
  }
}

async function install(program: Program, scratch: Scratch): Promise<void> {
  if (!program.install) return
  const [command, ...args] = program.install(scratch.folder)
  const installation = run(command, args, { cwd: scratch.folder, ...account })
  scratch.guard(installation.child.pid)
  await installation.finally(() => scratch.guard())
}

/** A server that belongs to one test run or test, which may halt and kill it. */
export class TestServer {
  /** Of a database server's administrative database; the same after a restart. */
  readonly url: string
  /** Holds its data and its `log`. */
  readonly folder: string
  readonly #scratch: Scratch
  readonly #command: Command
  readonly #answer: (url: string) => Promise<unknown>
  readonly #stopSignal: NodeJS.Signals
  readonly #account: typeof account
  #process: ChildProcess | undefined

  constructor(program: Program, scratch: Scratch, port: number) {
    this.url = program.url(port)
    this.folder = scratch.folder
    this.#scratch = scratch
    this.#command = program.serve(scratch.folder, port)
    this.#answer = program.answer ?? ((url) => execute(url, 'SELECT 1'))
    this.#stopSignal = program.stopSignal
    this.#account = program.isOurs ? {} : account
  }

  /** Starts it again on the same port and data; returns once it answers, or throws with its log after 30 s. */
  async start(): Promise<void> {
    const [program, ...args] = this.#command
    const logFile = join(this.folder, 'log')
    const log = openSync(logFile, 'a')
    const child = spawn(program, args, {
      cwd: this.folder,
      detached: true, // a Ctrl-C must not end it before the tests that use it
      stdio: ['ignore', log, log],
      ...this.#account,
    })
    closeSync(log)
    await once(child, 'spawn')
    child.unref()
    this.#process = child
    this.#scratch.guard(child.pid)
    child.once('exit', () => this.#scratch.guard())

    const deadline = Date.now() + START_TIMEOUT_MS
    for (;;) {
      try {
        return void (await this.#answer(this.url))
      } catch (cause) {
        if (hasExited(child) || Date.now() > deadline) {
          throw new Error(`${program} did not start: ${readFileSync(logFile, 'utf8')}`, { cause })
        }
        await setTimeout(ASK_AGAIN_AFTER_MS)
      }
    }
  }

  /** Shuts it down in order: connections are closed, transactions rolled back, everything written. */
  async stop(): Promise<void> {
    await this.#end((child) => child.kill(this.#stopSignal))
  }

  /** Kills it with all its processes, as a power cut would, though what it has handed to the system is kept. */
  async crash(): Promise<void> {
    await this.#end((child) => child.pid && signalFamily('KILL', child.pid))
  }

  /** Freezes all its processes: connections stay open, nothing is answered. Only `resume`, `crash` and `destroy` help. */
  pause(): void {
    if (this.#process?.pid) signalFamily('STOP', this.#process.pid)
  }

  /** Lets it go on where it was paused. */
  resume(): void {
    if (this.#process?.pid) signalFamily('CONT', this.#process.pid)
  }

  /** Ends it in whatever state it is, and removes its data. */
  async destroy(): Promise<void> {
    await this.#scratch.remove()
  }

  async #end(kill: (child: ChildProcess) => void): Promise<void> {
    const child = this.#process
    if (!child || hasExited(child)) return
    child.ref()
    const exited = once(child, 'exit')
    kill(child)
    await exited
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/**
 * Below the range from which systems take ports for outgoing connections: one from there may be gone after a restart, and
 * a client that knocks at it meanwhile may connect to itself.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}
