import { expect, test } from 'vitest'
import { collectBoth, conflict, invalid, invalidFields, joinField, unavailable } from './errors.ts'

test('a field is short for one entry among the errors', () => {
  const error = invalid('pizza_retired', { field: 'pizza_id', detail: 'It is retired.', pizza_id: 'p1' })

  expect(error).toMatchObject({ kind: 'invalid', code: 'pizza_retired', message: 'It is retired.' })
  expect(error.errors).toEqual([{ field: 'pizza_id', code: 'pizza_retired', detail: 'It is retired.' }])
  expect(error.members).toEqual({ pizza_id: 'p1' })
})

test('without a detail the code makes a sentence', () => {
  expect(conflict('time_taken').message).toBe('Time taken.')
})

test('several wrong fields make one error whose detail names them all', () => {
  const error = invalidFields([
    { field: 'teeth', code: 'minimum', detail: 'It must be 1 or more.' },
    { field: 'pitch', code: 'required', detail: 'It is missing.' },
  ])

  expect(error.message).toBe('teeth: It must be 1 or more. pitch: It is missing.')
})

test('an error seen from outside a list names the entry', () => {
  const inner = invalid('minimum', { field: 'teeth', detail: 'It must be 1 or more.', least: 1 })

  const outer = inner.within('requests[2]')

  expect(outer.errors).toEqual([{ field: 'requests[2].teeth', code: 'minimum', detail: 'It must be 1 or more.' }])
  expect(outer.members).toEqual({ least: 1 })
  expect(conflict('time_taken').within('requests[0]').errors[0]?.field).toBe('requests[0]')
})

test('an error seen from inside an entry no longer names it', () => {
  const fields = [
    { field: '[0].teeth', code: 'minimum', detail: 'It must be 1 or more.' },
    { field: '[0]', code: 'mismatch', detail: 'It has no shape.' },
  ]

  const inner = invalidFields(fields).outOf('[0]')

  expect(inner.errors).toEqual([{ field: 'teeth', code: 'minimum', detail: 'It must be 1 or more.' }])
  expect(conflict('time_taken').within('[0]').outOf('[0]')).toMatchObject({ code: 'time_taken', errors: [] })
})

test('two pieces of work are both done before one says what was wrong with them', () => {
  const short = () => {
    throw invalidFields([{ field: 'name', code: 'too_short', detail: 'It is too short.' }])
  }
  const missing = () => {
    throw invalidFields([{ field: 'teeth', code: 'required', detail: 'It is missing.' }])
  }

  expect(
    collectBoth(
      () => 1,
      () => 'one',
    ),
  ).toEqual([1, 'one'])
  expect(() => collectBoth(short, missing)).toThrow('name: It is too short. teeth: It is missing.')
  expect(() => collectBoth(short, () => 1)).toThrow('It is too short.')
  expect(() =>
    collectBoth(short, () => {
      throw new Error('a defect')
    }),
  ).toThrow('a defect')
})

test('what is unavailable says when to come back', () => {
  expect(unavailable('database_busy').retry_after).toBe(1)
  expect(unavailable('database_busy', { retry_after: 5 }).within('requests[0]').retry_after).toBe(5)
})

test('parts of a path are joined by a dot, and an index by nothing', () => {
  expect(joinField('a', 'b')).toBe('a.b')
  expect(joinField('requests', '[2].id')).toBe('requests[2].id')
  expect(joinField('', 'b')).toBe('b')
  expect(joinField('a', '')).toBe('a')
})
