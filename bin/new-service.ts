import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { draftMigration } from '@mainspring/data'
import { describeServices, type Service, settingLines } from '@mainspring/service'
import { services } from '../apps/index.ts'
import { writeClientTypes } from './client-types.ts'
import { listCodes, writeErrors } from './errors.ts'
import { reviewContract } from './event-contract.ts'
import { camelCase, completeNames, findProblems, type Names, type Taken } from './service-names.ts'
import { fillTemplate, identifiersOf, templateIdentifiers } from './service-template.ts'
import { readTree } from './tree.ts'

// Makes a service from bin/some-service and puts it on every list: node bin/new-service.ts NAME [RESOURCE] [--singular WORD]
const root = join(import.meta.dirname, '..')
const pathOf = (path: string) => join(root, path)
const read = (path: string) => readFileSync(pathOf(path), 'utf8')

/** Every file in which services are listed. */
const LISTS = [
  'apps/index.ts',
  '.env.sample',
  'docs/configuration.md',
  'docs/errors.md',
  'libs/client/house.ts',
  'README.md',
  'package-lock.json',
]

const { values, positionals } = parseArgs({ options: { singular: { type: 'string' } }, allowPositionals: true })
const [name, resource] = positionals
if (name === undefined) refuse(['A service needs a name: make new-service NAME=parcels [RESOURCE=…] [SINGULAR=…]'])
const names = completeNames(name, resource, values.singular)
const problems = findProblems(names, listTaken())
if (problems.length > 0) refuse(problems)
await make(names)
console.log(`apps/${names.service} is there: /v1/${names.plural} (singular: ${names.singular}) with every method and :close.
Run it:     npm start -- ${names.service}    then open http://127.0.0.1:8000/docs
Test it:    make test ARGS="apps/${names.service} apps/postman"
Check all:  make check
Go on:      docs/adding-a-service.md says how it becomes yours.`)

function listTaken(): Taken {
  const tree = readTree(root)
  const packages = tree.packages.map((each) => [each.name.replace('@mainspring/', ''), each.folder] as const)
  const folder = `apps/${name}`
  const resources = services.flatMap((service) =>
    service.entities.flatMap(({ collection, singular }) => [
      [collection, service.name] as const,
      [singular, service.name] as const,
    ]),
  )
  return {
    services: new Map([...packages, ...(existsSync(pathOf(folder)) ? [[name ?? '', folder] as const] : [])]),
    resources: new Map(resources),
    codes: new Set(listCodes(tree)),
    identifiers: new Set([...templateIdentifiers(), ...identifiersOf('index.ts', read('apps/index.ts'))]),
  }
}

/** All of it, or nothing: what fails leaves every file as it was. */
async function make(names: Names): Promise<void> {
  const folder = `apps/${names.service}`
  const link = `node_modules/@mainspring/${names.service}`
  const before = LISTS.map((path) => [path, read(path)] as const)
  try {
    for (const [path, text] of fillTemplate(names)) {
      const file = pathOf(join(folder, path))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { flag: 'wx' })
    }
    const service = await load(names)
    draftMigration({ name: service.name, directory: service.migrations, tables: service.entities }, 'initial')
    writeFileSync(pathOf(join(folder, 'events.json')), reviewContract(undefined, service.events).text ?? '')
    enlist(names, service)
    run('npm', ['install', '--package-lock-only', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'])
    // As npm does it; a whole `npm install` would need the network for packages that are there already.
    rmSync(pathOf(link), { recursive: true, force: true })
    symlinkSync(join('../..', folder), pathOf(link), 'junction')
    utimesSync(pathOf('node_modules/.package-lock.json'), new Date(), new Date())
    run(pathOf('node_modules/.bin/biome'), ['check', '--write', folder, 'apps/index.ts'])
    writeFileSync(pathOf('docs/errors.md'), writeErrors(readTree(root)))
    writeFileSync(pathOf('libs/client/house.ts'), writeClientTypes(describeServices([...services, service])))
  } catch (error) {
    for (const [path, text] of before) if (read(path) !== text) writeFileSync(pathOf(path), text)
    for (const path of [folder, link]) rmSync(pathOf(path), { recursive: true, force: true })
    refuse([`${error instanceof Error ? error.message : error}`, 'Nothing was changed.'])
  }
}

function enlist({ service: name }: Names, service: Service): void {
  const constant = camelCase(name)
  const setting = settingLines([service]).at(-1)
  const forWhom = service.description.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, '')
  edit('apps/index.ts', /^(?=import )/m, `import { ${constant} } from '@mainspring/${name}/app'\n`)
  edit('apps/index.ts', /,?\s*\](?=\s*$)/, `, ${constant}]`)
  edit('.env.sample', /$/, `\n# ${setting?.description} (${setting?.type})\n#${setting?.variable}=\n`)
  edit(
    'docs/configuration.md',
    /(?<=^\| variable .*\n(\|.*\n)+)(?!\|)/m,
    `| \`${setting?.variable}\` | | \`DATABASE_URL\` for ${name} alone. |\n`,
  )
  edit('README.md', /(?<=^\| service .*\n(\|.*\n)+)(?!\|)/m, `| [${name}](apps/${name}/README.md) | ${forWhom} |\n`)
}

function edit(path: string, place: RegExp, text: string): void {
  const before = read(path)
  if (!place.test(before)) throw new Error(`There is no place in ${path} to put this: ${text}`)
  writeFileSync(
    pathOf(path),
    before.replace(place, () => text),
  )
}

async function load({ service }: Names): Promise<Service> {
  const { [camelCase(service)]: made } = await import(pathOf(`apps/${service}/app.ts`))
  return made
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? ''}${stdout}${stderr}`)
}

function refuse(sentences: readonly string[]): never {
  console.error(sentences.join('\n'))
  process.exit(1)
}
