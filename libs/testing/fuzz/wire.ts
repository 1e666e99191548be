import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../answer-check.ts'

/** What came back on a connection. */
export interface Exchange {
  readonly answers: readonly Answer[]
  /** What came besides whole answers. */
  readonly rest: string
  /** Whether neither an answer came nor the connection was closed in time. */
  readonly isHung: boolean
}

/** What is sent, and how. */
export interface Letter {
  readonly bytes: Buffer
  /** An answer to HEAD has no body, whatever its headers say. */
  readonly isHead: boolean
  /** It may be no HTTP, or not whole: as many answers as there are, and a closed connection will do. */
  readonly isLoose: boolean
}

/** Sends bytes as they are, which no client of HTTP would, and reads the answers by the rules of RFC 9112. */
export interface Wire {
  readonly exchange: (letter: Letter) => Promise<Exchange>
  readonly close: () => void
}

/** Milliseconds of silence after which the rest of a loose letter is given up: nobody waits for what is not going to come. */
const SILENCE = 60

/** Connects to a server; what is sound goes over one connection, which is kept, and what is loose over one of its own. */
export function createWire(url: string, patience: number): Wire {
  let kept: Line | undefined
  let isClosed = false
  return {
    async exchange(letter) {
      if (letter.isLoose) return await exchangeLoosely(openLine(url), letter, patience)
      const line = kept?.isOpen() ? kept : openLine(url)
      kept = undefined
      const exchange = await exchangeSoundly(line, letter, patience)
      const isLast = exchange.answers.at(-1)?.headers.get('connection') === 'close'
      if (isClosed || exchange.isHung || exchange.rest !== '' || isLast || exchange.answers.some(isEndless))
        line.close()
      else kept = line
      return exchange
    },
    close() {
      isClosed = true
      kept?.close()
    },
  }
}

async function exchangeSoundly(line: Line, { bytes, isHead }: Letter, patience: number): Promise<Exchange> {
  line.write(bytes)
  for (const deadline = Date.now() + patience; ; ) {
    const { answers, rest } = readAnswers(line.received(), isHead, !line.isOpen())
    if (answers.length > 0) return { answers: line.take(answers), rest: rest.toString('latin1'), isHung: false }
    if (!line.isOpen()) return { answers, rest: rest.toString('latin1'), isHung: false }
    if (Date.now() > deadline) return { answers, rest: rest.toString('latin1'), isHung: true }
    await line.change(deadline - Date.now() + 1)
  }
}

async function exchangeLoosely(line: Line, { bytes, isHead }: Letter, patience: number): Promise<Exchange> {
  line.write(bytes)
  const deadline = Date.now() + patience
  while (line.isOpen() && (await line.change(SILENCE))) {}
  line.end()
  while (line.isOpen() && Date.now() < deadline) {
    const { answers, rest } = readAnswers(line.received(), isHead, false)
    if (answers.length > 0 && rest.length === 0) break
    await line.change(deadline - Date.now() + 1)
  }
  const { answers, rest } = readAnswers(line.received(), isHead, !line.isOpen())
  const isHung = answers.length === 0 && line.isOpen()
  line.close()
  return { answers, rest: rest.toString('latin1'), isHung }
}

/** One connection. */
interface Line {
  readonly write: (bytes: Buffer) => void
  readonly end: () => void
  readonly close: () => void
  readonly isOpen: () => boolean
  /** All bytes that came since the last `take`. */
  readonly received: () => Buffer
  /** Forgets what was received, which these answers were. */
  readonly take: (answers: readonly Answer[]) => readonly Answer[]
  /** Resolves to whether something came or the other side closed within so many milliseconds. */
  readonly change: (milliseconds: number) => Promise<boolean>
}

function openLine(url: string): Line {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true })
  let chunks: Buffer[] = []
  let isOpen = true
  let notify = (_: boolean) => {}
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    notify(true)
  })
  const ended = () => {
    isOpen = false
    notify(true)
  }
  // A reset shows in what did not come.
  socket.on('error', ended).on('end', ended).on('close', ended)
  return {
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    close: () => void socket.destroy(),
    isOpen: () => isOpen,
    received() {
      if (chunks.length > 1) chunks = [Buffer.concat(chunks)]
      return chunks[0] ?? Buffer.alloc(0)
    },
    take(answers) {
      chunks = []
      return answers
    },
    async change(milliseconds) {
      const given = new AbortController()
      const came = new Promise<boolean>((resolve) => {
        notify = resolve
      })
      const late = sleep(milliseconds, false, { signal: given.signal }).catch(() => false)
      const changed = await Promise.race([came, late])
      given.abort()
      return changed
    },
  }
}

interface Read {
  readonly answers: readonly Answer[]
  readonly rest: Buffer
}

/** The whole answers at the beginning of what was received; interim ones (1xx) are passed over. */
export function readAnswers(received: Buffer, isHead: boolean, isClosed: boolean): Read {
  const answers: Answer[] = []
  let rest = received
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return { answers, rest }
    const [first = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
    if (Number.isNaN(status)) return { answers, rest }
    const headers = new Headers(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    )
    const isTelling = !isHead && isEndless({ headers })
    const body = readBody(rest.subarray(end + 4), status, headers, isHead, isClosed)
    if (body === undefined) return { answers, rest }
    rest = rest.subarray(end + 4 + body.length)
    if (status >= 200)
      answers.push({ status, headers, body: parseBody(body.bytes, headers) ?? (isTelling ? '' : undefined) })
  }
}

interface Body {
  readonly bytes: Buffer
  /** On the wire. */
  readonly length: number
}

/** Whether it tells events for as long as one listens: its headers are the answer, and what has come of the rest. */
const isEndless = ({ headers }: Pick<Answer, 'headers'>): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') ?? false

function readBody(
  rest: Buffer,
  status: number,
  headers: Headers,
  isHead: boolean,
  isClosed: boolean,
): Body | undefined {
  const none = { bytes: Buffer.alloc(0), length: 0 }
  if (status < 200 || status === 204 || status === 304) return none
  // Who closes the connection may have understood nothing, not even that this was a HEAD.
  if (isHead && !(headers.get('connection') === 'close' && rest.length > 0)) return none
  if (isEndless({ headers })) return { bytes: rest, length: rest.length }
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(rest)
  const length = headers.get('content-length')
  if (length === null) return isClosed ? { bytes: rest, length: rest.length } : undefined
  return rest.length < Number(length) ? undefined : { bytes: rest.subarray(0, Number(length)), length: Number(length) }
}

function readChunks(rest: Buffer): Body | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const end = rest.indexOf('\r\n', at)
    const size = end < 0 ? undefined : Number.parseInt(rest.toString('latin1', at, end), 16)
    if (size === undefined || rest.length < end + size + 4) return undefined
    chunks.push(rest.subarray(end + 2, end + 2 + size))
    at = end + size + 4
    if (size === 0) return { bytes: Buffer.concat(chunks), length: at }
  }
}

/** JSON is parsed if it is some; what is not shows by its type. */
function parseBody(bytes: Buffer, headers: Headers): unknown {
  if (bytes.length === 0) return undefined
  const text = bytes.toString('utf8')
  if (!/[/+]json\b/.test(headers.get('content-type') ?? '')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
