import { id, integer } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

const scans = (description: string) => integer({ min: 0, default: 0, output_only: true, order: true, description })

/** How the scans at one location ended. It stays when the location goes: it says what was, not what is. */
export const ReturnCount = entity(
  'return-counts',
  'return-count',
  {
    location_id: id({ output_only: true, filter: true, description: 'Where they were scanned: also the id of this.' }),
    completed: scans('Scans that settled a rental in time.'),
    flagged: scans('Scans that settled a rental which is flagged.'),
    rejected: scans('Scans that settled none.'),
  },
  { description: 'How the scans at one location ended.' },
)
export interface ReturnCount extends Row<typeof ReturnCount> {}
