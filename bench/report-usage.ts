import { readFileSync } from 'node:fs'
import type { Session } from 'node:inspector/promises'

// Loaded by `node --import` into each server that is measured, so that all are asked in the same way what they use.
let session: Session | undefined

process.on('message', async (question: 'usage' | 'start profile' | 'stop profile') =>
  process.send?.(await answer(question)),
)
// The one who measures is gone.
process.on('disconnect', () => process.exit(0))

async function answer(question: 'usage' | 'start profile' | 'stop profile'): Promise<unknown> {
  switch (question) {
    case 'usage': {
      const { user, system } = process.cpuUsage()
      return { cpu: user + system, memory: process.memoryUsage.rss(), most: peak() }
    }
    case 'start profile': {
      const inspector = await import('node:inspector/promises')
      session = new inspector.Session()
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: 200 })
      await session.post('Profiler.start')
      return {}
    }
    case 'stop profile': {
      const seen = await session?.post('Profiler.stop')
      session?.disconnect()
      return seen?.profile
    }
  }
}

/** Bytes. On Linux `maxRSS` begins with what the process was forked from, and the kernel knows better. */
function peak(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
}
