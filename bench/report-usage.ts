import { Session } from 'node:inspector/promises'

// Loaded by `node --import` into each server that is measured, so that all are asked in the same way what they use.
const session = new Session()

process.on('message', async (question: 'usage' | 'start profile' | 'stop profile') =>
  process.send?.(await answer(question)),
)
// The one who measures is gone.
process.on('disconnect', () => process.exit(0))

async function answer(question: 'usage' | 'start profile' | 'stop profile'): Promise<object> {
  switch (question) {
    case 'usage': {
      const { user, system } = process.cpuUsage()
      return { cpu: user + system, memory: process.memoryUsage.rss() }
    }
    case 'start profile':
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: 200 })
      await session.post('Profiler.start')
      return {}
    case 'stop profile': {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      return profile
    }
  }
}
