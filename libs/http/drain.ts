import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** How often (milliseconds) a closing server looks for connections that have nothing under way any more. */
const SWEEP = 50

/**
 * Watches a server's connections from now on; the function that it answers ends them: each as soon as nothing is under
 * way on it, and after `deadline` (milliseconds) the rest. Call `stop`, which it answers in turn, when all are closed.
 */
export function createDrain(server: Server): (deadline: number) => { readonly stop: () => void } {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return (deadline) => {
    const sweep = setInterval(() => {
      server.closeIdleConnections()
      // Browsers connect in advance; Node counts a connection that never sent anything as busy.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }, SWEEP)
    const cut = setTimeout(() => server.closeAllConnections(), deadline)
    return {
      stop() {
        clearInterval(sweep)
        clearTimeout(cut)
      },
    }
  }
}
