import { standardOperations } from '../operations.ts'
import type { Resource } from './resource.ts'

const length = { type: 'number', exclusiveMinimum: 0 }
const columns = {
  id: 'text',
  teeth: 'integer',
  pitch_diameter: 'number',
  outside_diameter: 'number',
  pitch: 'number',
  create_time: 'timestamp',
  update_time: 'timestamp',
} as const

export const sprockets: Resource = {
  service: 'sprockets',
  collection: 'sprockets',
  singular: 'sprocket',
  table: 'sprockets',
  operations: standardOperations,
  columns,
  filters: Object.keys(columns),
  orders: Object.keys(columns),
  nullable: [],
  fields: {
    teeth: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    pitch_diameter: length,
    outside_diameter: length,
    pitch: length,
  },
  required: ['teeth', 'pitch_diameter', 'outside_diameter', 'pitch'],
  stored: { teeth: 'integer', pitch_diameter: 'number', outside_diameter: 'number', pitch: 'number' },
  references: {},
  findMistakes: () => [],
  complete: (values) => values,
  present: (row) => ({
    id: row.id,
    path: `sprockets/${row.id}`,
    teeth: row.teeth,
    pitch_diameter: row.pitch_diameter,
    outside_diameter: row.outside_diameter,
    pitch: row.pitch,
    create_time: row.create_time,
    update_time: row.update_time,
  }),
  bind: (values) => [
    Number(values.teeth),
    Number(values.pitch_diameter),
    Number(values.outside_diameter),
    Number(values.pitch),
  ],
  foundation: [],
  body: (index) => ({
    teeth: 5 + (index % 200),
    pitch_diameter: 5 + (index % 97) / 4,
    outside_diameter: 6 + (index % 97) / 4,
    pitch: 0.5 + (index % 13) / 8,
  }),
  patch: (index) => ({ teeth: 5 + (index % 200) }),
  query: (index) => ({
    filter: `teeth >= ${100 + (index % 40)} && pitch < ${1 + (index % 7) / 8}`,
    order_by: '-teeth',
  }),
  plainQuery: { where: 'teeth >= 120 and pitch < 1.4', order: 'teeth desc, id desc' },
}
