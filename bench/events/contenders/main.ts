import { createSpending } from '../spending.ts'
import type { OpenContender } from './contender.ts'

/** Who can be started, by name. Only what is asked for is loaded. */
const contenders: Readonly<Record<string, () => Promise<OpenContender>>> = {
  sequencer: async () => (await import('./ours.ts')).openSequencer,
  listener: async () => (await import('./ours.ts')).openListener,
  queue: async () => (await import('./ours.ts')).openQueue,
  'stamping loop': async () => (await import('./loops.ts')).openStampingLoop,
  'writing loop': async () => (await import('./loops.ts')).openWritingLoop,
  'grouping loop': async () => (await import('./loops.ts')).openGroupingLoop,
  'graphile-worker': async () => (await import('./graphile-worker.ts')).openGraphileWorker,
  'pg-boss': async () => (await import('./pg-boss.ts')).openPgBoss,
}

const [name = '', url = '', lanes = '10'] = process.argv.slice(2)
const open = await contenders[name]?.()
if (!open) throw new Error(`There is no contender ${name}.`)
const contender = await open(url, Number(lanes))
const spending = await createSpending(url)

process.on('disconnect', () => process.exit(0))
process.on('message', async ({ count }: { readonly count: number }) => {
  await contender.bring(count)
  const before = spending()
  const start = performance.now()
  await contender.finish()
  const seconds = (performance.now() - start) / 1_000
  const after = spending()
  process.send?.({ seconds, own: after.own - before.own, server: after.server - before.server })
})
process.send?.('ready')
