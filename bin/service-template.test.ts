import { expect, test } from 'vitest'
import { fillTemplate, templateIdentifiers } from './service-template.ts'

const names = { service: 'cold-stores', plural: 'ice-boxes', singular: 'ice-box' }

test('nothing of the template shows in a service that is made from it, and nothing is left to do', () => {
  const files = [...fillTemplate(names)].flat().join('\n')

  expect(files).not.toMatch(/some.?(service|thing)|todo|fixme/i)
})

test('each spelling of a name stays what it was', () => {
  const files = fillTemplate(names)

  expect(files.get('app.ts')).toContain(`export const coldStores = service({\n  name: 'cold-stores',`)
  expect(files.get('app.ts')).toContain('ice_box_closed')
  expect(files.get('events.ts')).toContain("'cold-stores.ice_box_closed'")
  expect(files.get('entities/ice-box.ts')).toContain("export const IceBox = entity(\n  'ice-boxes',\n  'ice-box',")
  expect(files.get('README.md')).toContain('COLD_STORES_DATABASE_URL')
  expect(files.get('README.md')).toContain('Keeps ice boxes')
})

test('a service may be called as its resource is', () => {
  const app = fillTemplate({ service: 'parcels', plural: 'parcels', singular: 'parcel' }).get('app.ts')

  expect(app).toContain(`export const parcels = service({\n  name: 'parcels',`)
  expect(app?.match(/import \{ \w+ \}/g)).toEqual([
    'import { service }',
    'import { Parcel }',
    'import { ParcelClosed }',
    'import { parcelFixtures }',
    'import { notifying }',
    'import { notifyClosed }',
    'import { parcelResource }',
  ])
})

test('what the code of a service calls its own is known', () => {
  expect([...templateIdentifiers()]).toEqual(expect.arrayContaining(['service', 'Row', 'URL', 'SomeThing']))
})
