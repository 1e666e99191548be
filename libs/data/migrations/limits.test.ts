import { array, text } from '@mainspring/core'
import { expect, test } from 'vitest'
import { entity } from '../entity.ts'
import { describeTable } from '../table.ts'
import { checkLimits } from './limits.ts'

const check = (table: Parameters<typeof describeTable>[0]) => () => checkLimits(describeTable(table))

test('a name that some engine would cut off is refused', () => {
  const collection = 'a'.repeat(40)

  expect(check(entity(collection, 'a', { name: text({ max: 9 }) }))).not.toThrow()
  expect(check(entity(collection, 'a', { bright_and_shiny_name: text({ max: 9 }) }))).toThrow(
    `${collection}_bright_and_shiny_name_check is longer than the 63 characters`,
  )
})

test('what is indexed needs a limit', () => {
  const message = 'things (name, id) is indexed, so its texts may have 768 characters together: give them a max.'

  expect(check(entity('things', 'thing', { name: text({ max: 705, order: true }) }))).not.toThrow()
  expect(check(entity('things', 'thing', { name: text({ max: 706, order: true }) }))).toThrow(message)
  expect(check(entity('things', 'thing', { name: text({ order: true }) }))).toThrow(message)
  expect(check(entity('things', 'thing', { name: array(text(), { order: true }) }))).toThrow(message)
})
