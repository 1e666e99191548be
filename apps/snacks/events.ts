import { oneOf, text } from '@mainspring/core'
import { event } from '@mainspring/events'

/** Something on the menu came, changed or went. */
export const MenuChanged = event(
  'snacks.menu_changed',
  {
    path: text({ max: 100, example: 'pizzas/margherita', description: 'What came, changed or went.' }),
    change: oneOf(['CREATED', 'UPDATED', 'DELETED'], { description: 'What happened to it.' }),
  },
  { subject: '{path}', description: 'A pizza, an ingredient or an extra was made, changed or deleted.' },
)
