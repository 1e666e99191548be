import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Press, startPress } from './testing/press.ts'

const PATIENT = { timeout: 20_000, interval: 30 }

interface Letter {
  readonly id: string
  readonly consumer: string
  readonly payload: { readonly data?: object }
}
interface Page<T> {
  readonly results: readonly T[]
  readonly next_page_token?: string
}

describeEachEngine('operations', (engine) => {
  let url: string
  let press: Press
  beforeEach(async () => {
    url = await engine.createUrl()
    press = await startPress(url)
  })
  afterEach(() => press.stop())

  const get = async <T>(path: string) => (await press.client.get<T>(`/v1/operations/${path}`)).body
  const post = (path: string, body: object = {}) =>
    press.client.post<{ readonly code?: string; readonly count?: number }>(`/v1/operations/${path}`, body)
  const letters = async (query = '') => (await get<Page<Letter>>(`dead-letters${query}`)).results
  const spoil = async (...words: readonly string[]) => {
    await press.write(...words)
    await vi.waitFor(async () => expect(await letters()).toHaveLength(words.length * 2), PATIENT)
  }

  test('lead from a cause to its dead letter, which is edited and has its effect once', async () => {
    await spoil('loud!')

    const causes = await get<Page<object>>('dead-letter-causes?consumer=library.print')
    const [letter] = await letters('?consumer=library.print&cause=rule_broken')
    const refused = await post(`dead-letters/${letter?.id}:edit`, { payload: { spelling: 5 } })
    const edited = await post(`dead-letters/${letter?.id}:edit`, { payload: { spelling: 'quiet' }, actor: 'ada' })
    const dry = await post('dead-letters:replay', { consumer: 'library.print', dry_run: true })
    const replayed = await post(`dead-letters/${letter?.id}:replay`, { actor: 'bob' })
    const again = await post(`dead-letters/${letter?.id}:replay`)
    await vi.waitFor(async () => expect(await press.prints()).toEqual(['queue: quiet']), PATIENT)

    const example = `library-${letter?.id.split('-')[1]}`
    expect(causes.results).toMatchObject([
      { service: 'library', consumer: 'library.print', cause: 'rule_broken', count: 1, examples: [example] },
    ])
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'payload.spelling', code: 'type' }] } })
    expect(edited.body).toMatchObject({
      payload: { spelling: 'quiet' },
      failed_attempts: [{ error: expect.stringContaining('loud! is too loud.') }],
      interventions: [{ actor: 'ada', action: 'edit', payload: { spelling: 'loud!' } }],
    })
    expect(dry.body).toMatchObject({ count: 1, dry_run: true, examples: [{ id: letter?.id }] })
    expect([replayed.body.count, again.status]).toEqual([1, 404])
    expect((await get<Page<object>>('interventions?consumer=library.print')).results).toMatchObject([
      { actor: 'bob', action: 'replay', dead_letter_id: letter?.id, payload: null },
      { actor: 'ada', action: 'edit', dead_letter_id: letter?.id, payload: { spelling: 'loud!' } },
    ])
  })

  test('let the event of a listener be edited, and discard by cause and subject', async () => {
    await spoil('loud!', 'louder!')
    const [first, second] = await letters('?consumer=library.copy')
    const data = { ...first?.payload.data, spelling: 'calm' }

    const padded = { ...data, padding: ' '.repeat(65_536) }
    const refused = await post(`dead-letters/${first?.id}:edit`, { payload: { ...first?.payload, data: padded } })
    await post(`dead-letters/${first?.id}:edit`, { payload: { ...first?.payload, data } })
    await post(`dead-letters/${first?.id}:replay`)
    const discarded = await post('dead-letters:discard', { ids: [second?.id], cause: 'rule_broken' })
    await vi.waitFor(async () => expect(await press.prints()).toEqual(['listener: calm']), PATIENT)

    expect(refused).toMatchObject({ status: 400, body: { code: 'event_too_large' } })
    expect(discarded.body.count).toBe(1)
    expect((await letters()).map(({ consumer }) => consumer)).toEqual(['library.print', 'library.print'])
  })

  test('list dead letters page by page, and take a token for no other list', async () => {
    await spoil('a!', 'b!')

    const first = await get<Page<Letter>>('dead-letters?max_page_size=3')
    const token = encodeURIComponent(first.next_page_token ?? '')
    const rest = await get<Page<Letter>>(`dead-letters?max_page_size=3&page_token=${token}`)
    const elsewhere = await Promise.all(
      [`dead-letters?service=library&page_token=${token}`, `interventions?page_token=${token}`].map((path) =>
        press.client.get<{ readonly code: string }>(`/v1/operations/${path}`),
      ),
    )

    const ids = [...first.results, ...rest.results].map(({ id }) => id)
    expect([first.results.length, rest.results.length, rest.next_page_token]).toEqual([3, 1, undefined])
    expect(new Set(ids).size).toBe(4)
    expect(elsewhere.map(({ status, body }) => [status, body.code])).toEqual(Array(2).fill([400, 'page_token_invalid']))
  })

  test('have each dead letter treated once when several people treat all of them while workers run', async () => {
    await spoil('a!', 'b!', 'c!', 'd!', 'e!')
    const queued = await letters('?consumer=library.print')
    for (const { id } of queued) await post(`dead-letters/${id}:edit`, { payload: { spelling: id } })

    const treated = await Promise.all(
      ['ada', 'bob', 'eve'].map((actor) => post('dead-letters:replay', { consumer: 'library.print', actor })),
    )
    await vi.waitFor(async () => expect(await press.prints()).toHaveLength(5), PATIENT)

    expect(treated.reduce((sum, { body }) => sum + (body.count ?? 0), 0)).toBe(5)
    expect(await press.prints()).toEqual(queued.map(({ id }) => `queue: ${id}`).toSorted())
  })

  test('pause a queue and a listener, and resume them', async () => {
    const paused = [await post('consumers/library.print:pause'), await post('consumers/library.copy:pause')]
    await new Promise((resolve) => setTimeout(resolve, 1_100)) // until a listener notices
    await press.write('calm')
    await vi.waitFor(async () => expect(await get('consumers/library.print')).toMatchObject({ ready: 1 }), PATIENT)
    await vi.waitFor(async () => expect(await get('consumers/library.copy')).toMatchObject({ lag: 1 }), PATIENT)
    const whilePaused = await press.prints()

    await post('consumers/library.print:resume')
    await post('consumers/library.copy:resume')
    await vi.waitFor(async () => expect(await press.prints()).toEqual(['listener: calm', 'queue: calm']), PATIENT)

    expect(paused.map(({ body }) => body)).toMatchObject(Array(2).fill({ pause_time: expect.any(String) }))
    expect(whilePaused).toEqual([])
    expect((await get<Page<object>>('interventions')).results.toReversed()).toMatchObject(
      ['pause', 'pause', 'resume', 'resume'].map((action) => ({ actor: 'anonymous', action, dead_letter_id: null })),
    )
  })

  test('forget a listener that no code has any more, and none that some has', async () => {
    const refused = await post('consumers/library.copy:forget')
    await spoil('loud!')
    await press.stop()
    press = await startPress(url, { deaf: true })

    const before = await get<Page<object>>('consumers')
    const forgotten = await post('consumers/library.copy:forget', { actor: 'ada' })
    const after = await get<Page<object>>('consumers')

    expect([refused.status, refused.body.code]).toEqual([409, 'consumer_declared'])
    expect(before.results).toMatchObject([
      { id: 'library.copy', kind: 'LISTENER', declared: false, dead: 1 },
      { id: 'library.print', kind: 'QUEUE', declared: true, dead: 1 },
    ])
    expect(forgotten.body).toEqual({ service: 'library', consumer: 'library.copy', items: 1 })
    expect(after.results).toMatchObject([{ id: 'library.print' }])
  })

  test('refuse what does not exist, and to treat everything', async () => {
    const asked = [
      await post('consumers/library.nothing:pause'),
      await post('consumers/nothing:pause'),
      await post('dead-letters/library-1:replay'),
      await post('dead-letters/library-99999999999999999999:discard'),
      await post('dead-letters/nothing:edit', { payload: {} }),
      await press.client.get('/v1/operations/services/nothing'),
      await press.client.get('/v1/operations/dead-letters?service=nothing'),
      await post('dead-letters:discard', { consumer: 'nothing.at_all' }),
      await post('dead-letters:discard'),
      await post('dead-letters:replay', { dry_run: true }),
      await post('dead-letters:replay', { ids: [] }),
    ]

    expect(asked.map(({ status }) => status)).toEqual([...Array(6).fill(404), ...Array(5).fill(400)])
  })

  test('tell Prometheus of what is dead and what waits', async () => {
    await spoil('loud!')

    const { body, headers } = await press.client.get<string>('/metrics')

    expect(headers.get('content-type')).toContain('version=0.0.4')
    expect(body).toContain('mainspring_service_up{service="library"} 1\n')
    expect(body).toContain('mainspring_consumer_items{service="library",consumer="library.print",state="dead"} 1\n')
    expect(body).toContain('mainspring_published_position{service="library"} 1\n')
    expect(body).toMatch(/^process_resident_memory_bytes \d+$/m)
  })
})
