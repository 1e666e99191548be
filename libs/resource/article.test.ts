import { expect, test } from 'vitest'
import { withArticle } from './article.ts'

test('a noun has the article that it sounds like', () => {
  const nouns = ['order', 'asset', 'ingredient', 'extra', 'upload', 'pizza', 'budget-item', 'user', 'unit', 'union']

  const said = nouns.map(withArticle)

  expect(said).toEqual([
    ...['an order', 'an asset', 'an ingredient', 'an extra', 'an upload'],
    ...['a pizza', 'a budget-item', 'a user', 'a unit', 'a union'],
  ])
})
