import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { createCheckedClient } from '@mainspring/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const LIST = ['paths', '/v1/sprockets', 'get']
const CREATE = ['paths', '/v1/sprockets', 'post']
const ITEM = ['paths', '/v1/sprockets/{sprocket_id}']
const SPROCKET = ['components', 'schemas', 'Sprocket']
const FIELDS = [...SPROCKET, 'properties']
const BATCH = ['paths', '/v1/sprockets:batch-get']
const JSON_BODY = ['content', 'application/json', 'schema']
const text = { type: 'string' }
const moment = { type: 'string', format: 'date-time' }

/** For each rule of the house a place in the document and what must not stand there; undefined is nothing at all. */
const violations: Record<string, readonly [place: readonly string[], value: unknown]> = {
  'aep-4-resource': [[...SPROCKET, 'x-aep-resource', 'singular'], 'Sprocket'],
  'aep-122-path': [['paths', '/v1/sprocketTypes'], {}],
  'aep-122-resource-fields': [[...FIELDS, 'path', 'readOnly'], undefined],
  'aep-122-reference-name': [[...FIELDS, 'factory_path'], text],
  'aep-126-enum': [[...FIELDS, 'size'], { type: 'integer', enum: [1, 2] }],
  'aep-130-no-body': [[...LIST, 'requestBody'], { content: {} }],
  'aep-131-operation-id': [[...ITEM, 'get', 'operationId'], 'FetchSprocket'],
  'aep-131-response': [[...ITEM, 'get', 'responses', '200', ...JSON_BODY], { type: 'object' }],
  'aep-132-operation-id': [[...LIST, 'operationId'], 'AllSprockets'],
  'aep-132-parameters': [[...LIST, 'parameters', '0', 'required'], true],
  'aep-133-operation-id': [[...CREATE, 'operationId'], 'MakeSprocket'],
  'aep-133-id': [[...CREATE, 'parameters', '0', 'name'], 'key'],
  'aep-133-body': [[...CREATE, 'requestBody', ...JSON_BODY], { type: 'object' }],
  'aep-133-response': [[...CREATE, 'responses', '201'], undefined],
  'aep-134-operation-id': [[...ITEM, 'patch', 'operationId'], 'ChangeSprocket'],
  'aep-134-body': [[...ITEM, 'patch', 'requestBody', 'content', 'application/json'], { schema: {} }],
  'aep-134-response': [[...ITEM, 'patch', 'responses', '200', 'headers', 'ETag'], undefined],
  'aep-135-operation-id': [[...ITEM, 'delete', 'operationId'], 'RemoveSprocket'],
  'aep-135-response': [[...ITEM, 'delete', 'responses', '204'], undefined],
  'aep-136-method': [[...BATCH, 'put'], { operationId: ':PutSprocket' }],
  'aep-136-operation-id': [[...BATCH, 'post', 'operationId'], 'BatchGetSprocket'],
  'aep-137-operation-id': [[...ITEM, 'put', 'operationId'], 'ReplaceSprocket'],
  'aep-137-body': [[...ITEM, 'put', 'requestBody', ...JSON_BODY], { type: 'object' }],
  'aep-137-response': [[...ITEM, 'put', 'responses', '201'], undefined],
  'aep-140-snake-case': [[...FIELDS, 'outsideDiameter'], text],
  'aep-140-parameter-snake-case': [[...LIST, 'parameters', '0', 'name'], 'maxPageSize'],
  'aep-140-boolean-prefix': [[...FIELDS, 'is_sold'], { type: 'boolean' }],
  'aep-140-uri': [[...FIELDS, 'picture_url'], text],
  'aep-142-time-name': [[...FIELDS, 'created_time'], moment],
  'aep-142-time-format': [[...FIELDS, 'sell_time'], { type: 'integer' }],
  'aep-143-codes': [[...FIELDS, 'currency'], text],
  'aep-151-accepted': [[...CREATE, 'responses', '202'], { description: 'Later.' }],
  'aep-158-parameters': [[...LIST, 'parameters', '1', 'name'], 'cursor'],
  'aep-158-response': [['components', 'schemas', 'SprocketPage', 'properties', 'next_page_token'], undefined],
  'aep-193-problem': [[...LIST, 'responses', '400', 'content'], { 'application/json': { schema: { type: 'object' } } }],
  'aep-231-batch': [[...BATCH, 'post', 'requestBody', ...JSON_BODY, 'required'], ['items']],
}

let folder: string
let document: object
/** What the linter says, by the name of the document. */
let findings: Map<string, readonly Finding[]>

interface Finding {
  readonly code: string
  readonly source: string
  readonly message: string
  readonly path: readonly string[]
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-openapi-'))
  const response = await fetch(`${inject('base_url')}/openapi.json`)
  document = (await response.json()) as object
  await save('served', document)
  const planted = onlySprockets(document)
  for (const [rule, [place, value]] of Object.entries(violations)) await save(rule, withValue(planted, place, value))
  findings = Map.groupBy(await lint(), ({ source }) => basename(source, '.json'))
})
afterAll(() => rm(folder, { recursive: true }))

test('the document leaves a public linter and the AEPs nothing to say', () => {
  expect(findings.get('served') ?? []).toEqual([])
})

test('every rule of the house has a planted violation', async () => {
  const ruleset = await readFile('.spectral.yaml', 'utf8')

  expect([...ruleset.matchAll(/^ {2}(aep-[\w-]+):$/gm)].map(([, rule]) => rule)).toEqual(Object.keys(violations))
})

test.each(Object.keys(violations))('%s is found when it is broken', (rule) => {
  expect(findings.get(rule)?.map(({ code }) => code)).toContain(rule)
})

const save = (name: string, content: object) => writeFile(join(folder, `${name}.json`), JSON.stringify(content))

/** Where violations are planted: there are many, and the whole document takes the linter a second each. */
function onlySprockets(whole: object): object {
  const paths = Object.entries(Object(Reflect.get(whole, 'paths')))
  return { ...whole, paths: Object.fromEntries(paths.filter(([path]) => path.startsWith('/v1/sprockets'))) }
}

/** A copy with another value at one place. */
function withValue(original: object, place: readonly string[], value: unknown): object {
  const copy: object = structuredClone(original)
  const parent = place.slice(0, -1).reduce<unknown>((part, name) => Reflect.get(Object(part), name), copy)
  expect(parent, place.join('/')).toBeTypeOf('object')
  if (value === undefined) expect(Reflect.has(Object(parent), place.at(-1) ?? ''), place.join('/')).toBe(true)
  Reflect.set(Object(parent), place.at(-1) ?? '', value)
  return copy
}

async function lint(): Promise<readonly Finding[]> {
  const command = ['lint', '--ruleset', '.spectral.yaml', '--format', 'json', '--quiet', join(folder, '*.json')]
  // It fails when it finds something, which it is to.
  const { stdout } = await promisify(execFile)('node_modules/.bin/spectral', command, { maxBuffer: 100_000_000 }).catch(
    (error) => error,
  )
  return JSON.parse(stdout)
}

/** What an example names may be out, or taken already, or, without fixtures, not be there. */
const EXHAUSTIBLE: ReadonlySet<string | undefined> = new Set(['asset_out', 'already_exists', 'reference_not_found'])

interface Creations {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly post?: {
          readonly operationId: string
          readonly requestBody: { readonly content: Record<string, { example: object }> }
        }
      }
    >
  >
}

test('what the document gives as an example can be sent as it is, and again', async () => {
  const client = createCheckedClient(inject('base_url'))
  const { paths } = (await client.get<Creations>('/openapi.json')).body
  const creations = Object.entries(paths).filter(([, { post }]) => /^:?(Batch)?Create/.test(post?.operationId ?? ''))

  expect(creations.map(([path]) => path)).toEqual(
    expect.arrayContaining(['/v1/sprockets', '/v1/budget-items', '/v1/budget-items:batch-create']),
  )
  for (const [path, { post }] of [...creations, ...creations]) {
    const example = post?.requestBody.content['application/json']?.example
    const { status, body } = await client.post<{ readonly code?: string }>(path, example)
    const isSent = status < 300 || EXHAUSTIBLE.has(body.code)
    expect(isSent, `${path} ${JSON.stringify(example)} ${status} ${body.code}`).toBe(true)
  }
})
