import { action, everyMethod, resource } from '@mainspring/resource'
import { closingFields, SomeThing } from '../entities/some-thing.ts'
import { closeSomeThing } from '../services/some-thing-service.ts'

export const someThingResource = resource(SomeThing, {
  ...everyMethod,
  custom: {
    close: action(closeSomeThing, {
      body: closingFields,
      summary: 'Close one, and say why',
      errors: ['some_thing_closed'],
    }),
  },
})
