import { systemClock } from '@mainspring/core'
import { expect, test } from 'vitest'
import { keepingAskedAgain } from './asked-again.ts'
import { createCache } from './cache.ts'
import { createMemoryStore } from './memory-store.ts'
import { textForm } from './store.ts'

function openCache() {
  const cache = createCache(keepingAskedAgain(createMemoryStore(systemClock, textForm), 2))
  const made: string[] = []
  const ask = (key: string) =>
    cache.cached(key, async () => {
      made.push(key)
      return key
    })
  return { cache, made, ask }
}

test('what is asked for again is kept from then on', async () => {
  const { made, ask } = openCache()

  for (const key of ['a', 'b', 'a', 'a', 'a']) await ask(key)

  expect(made).toEqual(['a', 'b', 'a'])
})

test('what was asked for before a clear is kept the first time after it', async () => {
  const { cache, made, ask } = openCache()
  await ask('a')

  cache.clear()
  for (const key of ['a', 'a']) await ask(key)

  expect(made).toEqual(['a', 'a'])
})

test('what was asked for long ago is new', async () => {
  const { made, ask } = openCache()

  for (const key of ['a', 'b', 'c', 'a', 'a', 'a']) await ask(key)

  expect(made).toEqual(['a', 'b', 'c', 'a', 'a'])
})

test('what has an endless key is not kept', async () => {
  const { made, ask } = openCache()
  const key = 'a'.repeat(2_001)

  for (const each of [key, key, key]) await ask(each)

  expect(made).toHaveLength(3)
})
