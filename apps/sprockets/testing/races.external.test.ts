import { createCheckedClient } from '@mainspring/testing'
import { expect, inject, test } from 'vitest'
import { races } from './races.ts'

const client = createCheckedClient(inject('base_url'))

test.each(Object.entries(races))('%s', async (_, race) => {
  const { ended, due } = await race(client, 20)

  expect(ended).toEqual(due)
})
