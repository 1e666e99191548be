import { id } from '@mainspring/core'
import { action, everyMethod, resource } from '@mainspring/resource'
import { Payee } from '../entities/payee.ts'
import { createPayees, mergePayee, updatePayee } from '../services/payee-service.ts'
import { deletePayee } from '../services/writes.ts'

export const payees = resource(Payee, {
  ...everyMethod,
  create: { handleMany: createPayees, errors: ['phone_invalid'] },
  update: { handle: updatePayee, errors: ['phone_invalid'] },
  delete: { handle: deletePayee },
  custom: {
    merge: action(mergePayee, {
      body: { into_payee_id: id({ description: 'The payee that stays, and is answered.' }) },
      summary: 'Fold a payee into another, items and all',
      description:
        'Its items become those of the payee that stays, which takes over what it lacks of e-mail, phone and note. The other is gone then, and its name with it.',
      errors: ['merge_into_itself', 'payees_trade'],
    }),
  },
})
