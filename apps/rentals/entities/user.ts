import { email, text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** Who takes containers. */
export const User = entity(
  'users',
  'user',
  {
    name: text({ min: 1, max: 200, filter: true, order: true, example: 'Ada Lovelace' }),
    email: email({ optional: true, filter: true, example: 'ada@example.com' }),
    phone: text({
      max: 16,
      pattern: '^\\+[1-9][0-9]{6,14}$',
      optional: true,
      filter: true,
      example: '+493012345678',
      description: 'E.164: +, country and number, without spaces.',
    }),
    language_code: text({
      max: 35,
      pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
      optional: true,
      filter: true,
      example: 'en-GB',
      description: 'BCP 47.',
    }),
  },
  { description: 'A person who takes containers and brings them back.' },
)
export interface User extends Row<typeof User> {}

/** Who it is and what it takes to write to them: what events tell of a user. */
export const contactOf = ({ id, name, email, phone, language_code }: User) => ({
  id,
  name,
  email,
  phone,
  language_code,
})
