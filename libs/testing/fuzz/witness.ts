import type { Operation } from './operations.ts'

/** Tells the state of a deployment, so far as its lists show it: who is changed, made or deleted changes what it tells. */
export type Witness = () => Promise<string>

/** How many of the rows that were last written are looked at in each collection. */
const LOOKED_AT = 5

/** Makes a witness of all lists: how many there are, and those that were last written. It is honest only while nobody else writes. */
export function createWitness(url: string, operations: readonly Operation[], patience: number): Witness {
  const lists = operations.filter(
    ({ method, path, parameters }) =>
      method === 'GET' && !path.includes('{') && parameters.some(({ name }) => name === 'show_total_size'),
  )
  const query = `order_by=-update_time&max_page_size=${LOOKED_AT}&show_total_size=true`
  return async () => {
    const told = await Promise.all(
      lists.map(async ({ path }) => {
        const response = await fetch(`${url}${path}?${query}`, { signal: AbortSignal.timeout(patience) })
        const { results, total_size } = (await response.json()) as {
          readonly results?: unknown
          readonly total_size?: unknown
        }
        if (total_size === undefined) throw new Error(`${path} does not tell its state: ${response.status}`)
        return `${path} has ${total_size}: ${JSON.stringify(results)}`
      }),
    )
    return told.join('\n')
  }
}
