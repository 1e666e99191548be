import { runInNewContext } from 'node:vm'
import { parseSync } from 'oxc-parser'

/** What a new service and its first resource are called, in kebab-case. */
export interface Names {
  readonly service: string
  /** The collection, in the plural. */
  readonly plural: string
  readonly singular: string
}

/** What is there already, and what it is that has the name. */
export interface Taken {
  /** Folders by the name of the service that would have them. */
  readonly services: ReadonlyMap<string, string>
  /** Collections and singulars of all services. */
  readonly resources: ReadonlyMap<string, string>
  readonly codes: ReadonlySet<string>
  /** Identifiers that the files of a new service use themselves. */
  readonly identifiers: ReadonlySet<string>
}

/** Paths of the kernel, tags of its documents, words of its command line, schemas of PostgreSQL. */
const RESERVED = [
  ...['docs', 'healthz', 'readyz', 'status', 'openapi', 'metrics', 'operations', 'kernel'],
  ...['migrate', 'migration', 'fixtures', 'public', 'information-schema'],
]

/** The names that follow from one, unless they are told. */
export function completeNames(service: string, plural = pluralOf(service), singular = singularOf(plural)): Names {
  return { service, plural, singular }
}

/** Everything that speaks against these names, each in one sentence. */
export function findProblems({ service, plural, singular }: Names, taken: Taken): readonly string[] {
  const names = [...new Set([service, plural, singular])]
  const badlySpelt = names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))
  if (badlySpelt.length > 0) return badlySpelt.map((name) => `${name} is not in kebab-case: small letters and hyphens.`)
  const others = [
    ...say(taken.services.has(service), `${service} is taken by ${taken.services.get(service)}.`),
    ...[plural, singular].flatMap((name) =>
      say(taken.resources.has(name), `${name} is taken by a resource of ${taken.resources.get(name)}.`),
    ),
  ]
  if (others.length > 0) return others
  const code = `${snakeCase(singular)}_closed`
  return [
    ...say(singular === plural, `One of the ${plural} needs a name of its own: give it with --singular.`),
    ...names.flatMap((name) =>
      say(
        RESERVED.includes(name) || /^(pg|mainspring)-|-testing$/.test(name),
        `${name} is a name of the kernel's own.`,
      ),
    ),
    ...say(taken.codes.has(code), `The code ${code} is taken; choose another name for one of the ${plural}.`),
    ...[camelCase(service), pascalCase(singular)].flatMap((name) =>
      say(taken.identifiers.has(name) || !isFree(name), `${name} means something else in the code of a service.`),
    ),
  ]
}

/** `parcels` of `parcel`; a plural stays. */
function pluralOf(word: string): string {
  if (/[^s]s$/.test(word)) return word
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies')
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`
}

/** `parcel` of `parcels`, `factory` of `factories`. English has more exceptions than this; they are told. */
function singularOf(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y')
  if (/(ss|x|zz|ch|sh)es$/.test(word)) return word.replace(/es$/, '')
  return word.replace(/s$/, '')
}

export const snakeCase = (name: string): string => name.replaceAll('-', '_')
export const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
export const pascalCase = (name: string): string => capitalize(camelCase(name))
export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Whether a constant may be called so: no word of the language, none of its globals. */
const isFree = (identifier: string): boolean =>
  !GLOBALS.has(identifier) && parseSync('name.ts', `export const ${identifier} = 0`).errors.length === 0

const GLOBALS: ReadonlySet<string> = new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)'))

const say = (problem: boolean, sentence: string): readonly string[] => (problem ? [sentence] : [])
