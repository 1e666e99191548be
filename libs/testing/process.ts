import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createScratch, type Scratch } from './servers/scratch.ts'
import { findFreePort } from './servers/server.ts'

/** The folder of the repository, from which everything is run. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 20_000
const ASK_AGAIN_AFTER_MS = 10

type Environment = Readonly<Record<string, string | undefined>>

/** What is run, and with which settings. */
export interface ServiceProcessOptions {
  /** `node apps/main.ts` unless told otherwise; from the folder of the repository. */
  readonly command?: readonly [program: string, ...args: string[]]
  /** Besides `PORT` and `DATA_DIR`, which it has of its own. Nothing of the environment of the tests gets in. */
  readonly env?: Environment
  /** The working folder, where a `.env` would be. */
  readonly cwd?: string
}

/** How a process ended. */
export interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What this run of it printed, on both outputs. */
  readonly output: string
}

/**
 * Creates a process of this repository, as it runs on a server, on a free port with a folder of its own; nothing is
 * started yet. The caller destroys it; it does not outlive this process.
 *
 * @example
 * const service = await createServiceProcess({ env: { DATABASE_URL: await engine.createUrl() } })
 * await service.start()
 * await service.end('SIGKILL')
 * await service.start() // same url, same data
 * await service.destroy()
 */
export async function createServiceProcess(options: ServiceProcessOptions = {}): Promise<ServiceProcess> {
  return new ServiceProcess(options, createScratch(), await findFreePort())
}

/** A process under test, which can be started, ended and started again. */
export class ServiceProcess {
  /** Where it answers when it runs; the same after a restart. */
  readonly url: string
  /** Its own; `data` in it is its `DATA_DIR`. */
  readonly folder: string
  readonly #scratch: Scratch
  readonly #command: readonly [program: string, ...args: string[]]
  readonly #env: Environment
  readonly #cwd: string
  #child: ChildProcess | undefined
  #ended: Promise<End> | undefined
  #output = ''
  #isDestroyed = false

  constructor({ command, env, cwd = ROOT }: ServiceProcessOptions, scratch: Scratch, port: number) {
    const { PATH, NODE_V8_COVERAGE } = process.env
    this.url = `http://127.0.0.1:${port}`
    this.folder = scratch.folder
    this.#scratch = scratch
    this.#command = command ?? [process.execPath, `${ROOT}apps/main.ts`]
    this.#env = { PATH, NODE_V8_COVERAGE, PORT: String(port), DATA_DIR: `${scratch.folder}/data`, ...env }
    this.#cwd = cwd
  }

  /** Of the run that was last started. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** What it has printed since it was last started. */
  get output(): string {
    return this.#output
  }

  /** What it has logged since it was last started: the lines that are JSON. */
  get log(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.#output.split('\n').slice(0, -1)
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  }

  /** Runs it to its end: for commands, and for starts that are to fail. */
  run(args: readonly string[] = [], env: Environment = {}): Promise<End> {
    if (this.#isDestroyed) throw new Error('It was destroyed; nobody would end it any more.')
    const [program, ...first] = this.#command
    const child = spawn(program, [...first, ...args], {
      cwd: this.#cwd,
      env: { ...this.#env, ...env },
      detached: true, // a group of its own, out of the reach of Ctrl-C: the scratch ends it
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#output += text
      })
    }
    this.#child = child
    this.#scratch.guard(child.pid)
    this.#ended = once(child, 'close').then(([code, signal]) => {
      this.#scratch.guard()
      return { code, signal, output: this.#output }
    })
    return this.#ended
  }

  /** Starts it; resolves when it is ready, and throws with what it printed if it ends before. */
  async start(args: readonly string[] = [], env: Environment = {}): Promise<void> {
    const ended = this.run(args, env).then(() => true)
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; ) {
      const response = await fetch(`${this.url}/readyz`).catch(() => undefined)
      if (response?.ok) return
      if (await Promise.race([ended, sleep(ASK_AGAIN_AFTER_MS, false)])) break
    }
    throw new Error(`${this.#command.join(' ')} did not get ready: ${this.#output}`)
  }

  /** Sends a signal; `toGroup` also to the processes that it has started, as a terminal and some supervisors do. */
  signal(signal: NodeJS.Signals, { toGroup = false } = {}): void {
    const child = this.#child
    if (toGroup && child?.pid !== undefined) process.kill(-child.pid, signal)
    else child?.kill(signal)
  }

  /** Resolves when it has ended, whoever ended it. */
  async ended(): Promise<End> {
    if (!this.#ended) throw new Error('It was never started.')
    return await this.#ended
  }

  /** Sends a signal and resolves when it has ended. */
  async end(signal: NodeJS.Signals): Promise<End> {
    this.signal(signal)
    return await this.ended()
  }

  /** Ends it in whatever state it is, and removes its folder. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true
    await this.#scratch.remove()
  }
}
