import type pg from 'pg'
import { findKept, forget, keep } from './postgres-statements.ts'
import { type Answer, KEPT_FOR, type KeptAnswer, type KeyedRequest, replay } from './rows.ts'

/** Transactions on a pool, and what keeps the answers of those that have a key. */
export function createTransactions(pool: pg.Pool) {
  return { transaction, once, claim, fill }

  async function transaction<T>(job: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      const value = await job(client)
      await client.query('COMMIT')
      client.release()
      return value
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      )
      throw error
    }
  }

  /** The answer of a create is known before it is written, so it is kept with its key at once. A second request waits here. */
  async function once(
    client: pg.PoolClient,
    keyed: KeyedRequest,
    answer: Answer,
    work: () => Promise<unknown>,
  ): Promise<Answer> {
    const kept = await claim(client, keyed, answer)
    if (kept) return kept
    await work()
    return answer
  }

  async function claim(client: pg.PoolClient, keyed: KeyedRequest, answer?: Answer): Promise<Answer | undefined> {
    const { caller, key, fingerprint } = keyed
    const values = [
      caller,
      key,
      fingerprint,
      answer?.status ?? null,
      answer ? JSON.stringify(answer.headers) : null,
      answer?.body ?? null,
      new Date().toISOString(),
    ]
    const insertKey = () => client.query({ name: 'keep', text: keep, values })
    if ((await insertKey()).rowCount === 1) return undefined
    const expired = new Date(Date.now() - KEPT_FOR).toISOString()
    if ((await client.query({ name: 'forget', text: forget, values: [caller, key, expired] })).rowCount === 1) {
      await insertKey()
      return undefined
    }
    const { rows } = await client.query<KeptAnswer>({ name: 'find_kept', text: findKept, values: [caller, key] })
    return rows[0] && replay(rows[0], keyed)
  }

  function fill(client: pg.PoolClient, { caller, key }: KeyedRequest, { status, headers, body }: Answer) {
    return client.query({
      name: 'fill',
      text: 'update mainspring_idempotency_keys set status = $3, headers = $4, body = $5 where caller = $1 and idempotency_key = $2',
      values: [caller, key, status, JSON.stringify(headers), body],
    })
  }
}
