import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { commands, Misuse } from './commands.ts'
import { createAsk, NoAnswer, Refused } from './server.ts'

const USAGE = `npm run ops -- COMMAND [options]

  status                    services, listeners and queues: what waits, how long, what is dead
  causes                    dead letters by what is alike in their errors
  dead                      dead letters
  show ID                   one of them, with its attempts and what was done about it
  edit ID '{…}'             replaces its payload; the old one is kept
  replay ID…                has them tried again
  discard ID…               removes them; for a listener that counts as done
  pause NAME, resume NAME   a listener or a queue
  forget NAME               a listener or a queue that no code has any more
  erase SUBJECT             what events and items say of it, such as rentals/4711; its row must be gone
  log                       what people did

causes, dead, replay and discard take --service, --consumer, --cause, --key, --start-time and --end-time (of the failure).
What is done to more than one is only told, unless --yes says to do it; so are forget and erase.

  --url=http://…            a running process; by default the one with the settings of this folder
  --json                    for programs (with npm run --silent)
  --actor=NAME              who does it, for the record; by default who is logged in
  --limit=N                 so many lines at most, up to 1000

Ends with 0 when it is done, 1 when the server refused it, 2 when the command makes no sense, 3 when no server answers.`

/** How it ended: the exit code, and what goes to which output. */
export interface Ended {
  readonly code: number
  readonly out?: string
  readonly err?: string
}

/** Runs a command line against a server. Whatever happens, it is told in an `Ended`. */
export async function runOps(args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, out: await run(args) }
  } catch (error) {
    return endOf(error)
  }
}

async function run(args: readonly string[]): Promise<string> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [name = 'help', ...rest] = positionals
  if (values.help || name === 'help') return USAGE
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Misuse(`There is no command ${name}: see npm run ops -- --help`)
  const { service, consumer, cause, key, 'start-time': start_time, 'end-time': end_time, limit, yes } = values
  const filter = { service, consumer, cause, key, start_time, end_time }
  if (values.url !== undefined && !URL.canParse(values.url)) throw new Misuse(`--url takes a URL, such as ${EXAMPLE}.`)
  if (rest.length > 0 && WITHOUT_NAMES.includes(name)) throw new Misuse(`${name} takes no names: ${rest.join(' ')}`)
  const ask = createAsk(values.url?.replace(/\/$/, '') ?? (await findUrl()))
  const { json, text } = await command(ask, { rest, filter, limit, actor: values.actor ?? userInfo().username, yes })
  return values.json ? JSON.stringify(json, null, 2) : text
}

const EXAMPLE = 'http://127.0.0.1:8000'

/** Commands that options alone narrow down. */
const WITHOUT_NAMES: readonly string[] = ['status', 'causes', 'dead', 'log']

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

const options = {
  ...{ service: text, consumer: text, cause: text, key: text, 'start-time': text, 'end-time': text },
  ...{ url: text, actor: text, limit: text, yes: flag, json: flag, help: { ...flag, short: 'h' } },
} as const

/** Settings take half a second to be read. */
async function findUrl(): Promise<string> {
  const { serverUrl } = await import('../command.ts')
  return serverUrl()
}

function endOf(error: unknown): Ended {
  if (!(error instanceof Error)) return { code: 3, err: String(error) }
  if (error instanceof Refused) return { code: 1, err: error.message }
  if (error instanceof NoAnswer) return { code: 3, err: error.message }
  const isMisuse = error instanceof Misuse || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  return isMisuse ? { code: 2, err: error.message } : { code: 3, err: error.stack ?? error.message }
}
