import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What stands between clients and a server, and can be shut. */
export interface Gate {
  /** The server's, through the gate. */
  readonly url: string
  /** Ends all connections that there are. */
  readonly cut: () => void
  /** From now on nobody gets through. */
  readonly shut: () => void
  readonly open: () => void
  readonly close: () => Promise<void>
}

/** Puts a gate before a server. */
export async function createGate(serverUrl: string): Promise<Gate> {
  const { hostname, port, protocol } = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let isShut = false
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((client) => {
    if (isShut) return void client.destroy()
    const target = connect({ host: hostname, port: Number(port) })
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const own = typeof address === 'object' ? address?.port : undefined
  return {
    url: `${protocol}//127.0.0.1:${own}`,
    cut,
    shut() {
      isShut = true
      cut()
    },
    open() {
      isShut = false
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
