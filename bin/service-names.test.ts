import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completeNames, findProblems, type Taken } from './service-names.ts'

const taken: Taken = {
  services: new Map([
    ['sprockets', 'apps/sprockets'],
    ['core', 'libs/core'],
  ]),
  resources: new Map([
    ['factories', 'sprockets'],
    ['factory', 'sprockets'],
  ]),
  codes: new Set(['database_closed']),
  identifiers: new Set(['process', 'Row']),
}

test.each([
  ['parcel', 'parcels', 'parcel'],
  ['parcels', 'parcels', 'parcel'],
  ['factory', 'factories', 'factory'],
  ['toys', 'toys', 'toy'],
  ['ice-boxes', 'ice-boxes', 'ice-box'],
  ['branch', 'branches', 'branch'],
  ['addresses', 'addresses', 'address'],
  ['glass', 'glasses', 'glass'],
  ['houses', 'houses', 'house'],
])('a service called %s keeps %s, each a %s', (service, plural, singular) => {
  expect(completeNames(service)).toEqual({ service, plural, singular })
})

test('what does not follow is told', () => {
  expect(completeNames('cinema', 'movies', 'movie')).toEqual({ service: 'cinema', plural: 'movies', singular: 'movie' })
})

test.each(['parcels', 'cold-stores', 'cinema', 'events', 'files'])('%s is a good name', (name) => {
  expect(findProblems(completeNames(name), taken)).toEqual([])
})

test.each([
  ['Parcels', 'Parcels is not in kebab-case: small letters and hyphens.'],
  ['spare_parts', 'spare_parts is not in kebab-case: small letters and hyphens.'],
  ['parts-', 'parts- is not in kebab-case: small letters and hyphens.'],
  ['../parts', '../parts is not in kebab-case: small letters and hyphens.'],
  ['sprockets', 'sprockets is taken by apps/sprockets.'],
  ['core', 'core is taken by libs/core.'],
  ['factories', 'factories is taken by a resource of sprockets.'],
  ['docs', "docs is a name of the kernel's own."],
  ['migrate', "migrate is a name of the kernel's own."],
  ['parcels-testing', "parcels-testing is a name of the kernel's own."],
  ['databases', 'The code database_closed is taken; choose another name for one of the databases.'],
  ['process', 'process means something else in the code of a service.'],
  ['rows', 'Row means something else in the code of a service.'],
  ['dates', 'Date means something else in the code of a service.'],
  ['new', 'new means something else in the code of a service.'],
])('%s is refused', (name, sentence) => {
  expect(findProblems(completeNames(name), taken)).toContain(sentence)
})

test('a collection and one of it have two names', () => {
  expect(findProblems(completeNames('farm', 'sheep', 'sheep'), taken)).toEqual([
    'One of the sheep needs a name of its own: give it with --singular.',
  ])
})

test('no path of the kernel may be the name of a collection', () => {
  const folder = join(import.meta.dirname, '../libs/http')
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const paths = sources.flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(/kernelRoute\('\/(\w+)[/.'\w]*'/g),
  ])

  const names = new Set(paths.map(([, name = '']) => name))

  expect(names).toContain('docs')
  for (const name of names) expect(findProblems(completeNames('parcels', name, 'one'), taken)).not.toEqual([])
})
