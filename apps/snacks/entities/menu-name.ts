import { type FieldError, foldText, text } from '@mainspring/core'

const LONGEST_NAME = 200

/** What something on the menu is called. Case and outer spaces tell no two apart; `menuNameOptions` go with it. */
export const menuName = (example: string) =>
  text({ min: 1, max: LONGEST_NAME, filter: true, order: true, example, description: 'Unique, whatever its case.' })

/** What an entity with such a name says besides its fields. */
export const menuNameOptions = {
  // Folding makes a letter three at most.
  derived: {
    name_key: {
      field: text({ max: 3 * LONGEST_NAME, unique: true }),
      of: ['name'],
      from: ({ name }: { readonly name: string }) => foldText(name),
    },
  },
} as const

/** Refuses a name of white space. */
export const checkMenuName = ({ name }: { readonly name: string }): readonly FieldError[] =>
  foldText(name) === '' ? [{ field: 'name', code: 'too_short', detail: 'Must not be blank.' }] : []
