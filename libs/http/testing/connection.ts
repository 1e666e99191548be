import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** One connection, by which a test sends what no client would. */
export interface Connection {
  readonly write: (text: string | Buffer) => void
  readonly hangUp: () => void
  /** Resolves with all that came so far once it matches; rejects when the other side closes before that. */
  readonly receive: (pattern: RegExp) => Promise<string>
  /** Resolves with all that came when the other side has closed. */
  readonly closed: Promise<string>
}

/** Connects to a server's URL; the connection ends with the test. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  // A reset shows in what did not come.
  socket.on('error', () => {})
  const closed = once(socket, 'close').then(() => text)
  await once(socket, 'connect')
  return {
    closed,
    hangUp: () => void socket.destroy(),
    write: (chunk) => void socket.write(chunk),
    async receive(pattern) {
      while (!pattern.test(text)) {
        await Promise.race([once(socket, 'data'), closed])
        if (socket.closed && !pattern.test(text)) throw new Error(`Closed after ${JSON.stringify(text)}`)
      }
      return text
    },
  }
}
