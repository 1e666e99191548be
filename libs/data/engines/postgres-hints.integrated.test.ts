import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@mainspring/core'
import { describeEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Engine, Hints } from '../engine.ts'
import { openEngine } from '../open.ts'

describeEngine('postgres', 'a hint', ({ createUrl }) => {
  let url: string
  let engine: Engine
  let lines: string[]
  beforeEach(async () => {
    lines = []
    url = await createUrl()
    engine = await open({})
  })
  afterEach(() => engine.close())

  test('is heard by all others, and by nobody in another schema', async () => {
    const elsewhere = await open({ service: 'elsewhere' })
    onTestFinished(() => elsewhere.close())
    const [giver, first, second, stranger] = await Promise.all([hear(), hear(), hear(), hear(elsewhere)])

    giver.give('two words')

    await expect.poll(() => [first.heard, second.heard]).toEqual([['two words'], ['two words']])
    expect([giver.heard, stranger.heard]).toEqual([[], []])
  })

  test('is given at once, and a thousand times as a few', async () => {
    const [giver, hearer] = await Promise.all([hear(), hear()])
    const start = performance.now()

    for (let given = 0; given < 1_000; given++) {
      giver.give('look')
      if (given % 20 === 0) await sleep(1)
    }
    const windows = (performance.now() - start) / 50

    await sleep(200)
    expect(hearer.heard.length).toBeGreaterThan(1)
    expect(hearer.heard.length).toBeLessThanOrEqual(windows + 2)
  })

  test('is heard again when the lines were lost', async () => {
    const [giver, hearer] = await Promise.all([hear(), hear()])

    await engine.reader.run(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
      ['mainspring hints'],
    )

    await vi.waitFor(
      () => {
        giver.give('still there?')
        expect(hearer.heard).not.toEqual([])
      },
      { timeout: 10_000 },
    )
    expect(lines.map((line) => JSON.parse(line).level).toSorted()).toEqual(['info', 'info', 'warn', 'warn'])
  })

  test('is given to nobody where there is no way, and that is said once', async () => {
    const cut = await open({ direct_url: 'postgres://127.0.0.1:1/nowhere' })
    onTestFinished(() => cut.close())
    const hints = cut.openHints?.(() => {})

    for (const _ of [1, 2, 3]) {
      hints?.give('is anybody there?')
      await sleep(200)
    }
    hints?.close()

    expect(lines).toEqual([expect.stringContaining('each looks by itself')])
  })

  test('is not even tried through a pooler in transaction mode that there is no way around', async () => {
    const pooled = await open({ url: `${url}?prepare=false` })
    const direct_url = url.replace('127.0.0.1', 'localhost')
    const direct = await open({ url: `${url}?prepare=false`, direct_url })
    onTestFinished(async () => {
      await Promise.all([pooled.close(), direct.close()])
    })

    expect([pooled.openHints, direct.openHints]).toEqual([undefined, expect.any(Function)])
  })

  const open = (location: object) =>
    openEngine(
      { url, service: 'test', ...location },
      { log: createLog({ level: 'info', write: (line) => lines.push(line) }) },
    )

  /** Resolves when it hears. */
  async function hear(of: Engine = engine): Promise<Hints & { readonly heard: readonly string[] }> {
    const heard: string[] = []
    let isReady = false
    const hints = of.openHints?.((hint) => {
      if (hint === 'probe') isReady = true
      else heard.push(hint)
    })
    if (!hints) throw new Error('There are no hints.')
    onTestFinished(hints.close)
    const probe = of.openHints?.(() => {})
    await vi.waitFor(() => {
      probe?.give('probe')
      expect(isReady).toBe(true)
    })
    probe?.close()
    return { ...hints, heard }
  }
})
