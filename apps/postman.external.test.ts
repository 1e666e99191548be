import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import newman, { type NewmanRunSummary } from 'newman'
import { describe, expect, inject, test } from 'vitest'
import { services } from './index.ts'

interface Collection {
  readonly item: readonly {
    readonly item: readonly { readonly request: { readonly method: string; readonly url: string } }[]
  }[]
}

describe.each(services)('the collection of $name', ({ name }) => {
  const file = fileURLToPath(new URL(`${name}/postman/${name}.postman_collection.json`, import.meta.url))

  test('passes, and passes again', async () => {
    for (const { failures, stats } of [await runCollection(file), await runCollection(file)]) {
      expect(failures.map(({ source, error }) => `${source?.name}: ${error.message}`)).toEqual([])
      expect(stats.requests.total).toBe(requestsIn(file).length)
    }
  })

  test('has a request for every method of the service', async () => {
    const response = await fetch(`${inject('base_url')}/openapi.json`)
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, { tags: string[] }>> }

    const methods = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { tags }]) => tags.includes(name))
        .map(([method]) => shapeOf(method.toUpperCase(), path)),
    )

    expect(
      new Set(
        requestsIn(file).map(({ method, url }) =>
          shapeOf(method, url.replace('{{baseUrl}}', '/v1').replace('{{origin}}', '')),
        ),
      ),
    ).toEqual(new Set(methods))
  })
})

function runCollection(collection: string): Promise<NewmanRunSummary['run']> {
  const envVar = [{ key: 'baseUrl', value: `${inject('base_url')}/v1` }]
  return new Promise((resolve, reject) => {
    newman.run({ collection, envVar, reporters: [] }, (error, summary) =>
      error ? reject(error) : resolve(summary.run),
    )
  })
}

function requestsIn(file: string) {
  const { item }: Collection = JSON.parse(readFileSync(file, 'utf8'))
  return item.flatMap((folder) => folder.item).map(({ request }) => request)
}

/** What is in braces has different names here and there. */
const shapeOf = (method: string, path: string): string =>
  `${method} ${path.replace(/\?.*/, '').replaceAll(/\{+\w+\}+/g, '{}')}`
