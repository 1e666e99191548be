import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { camelCase, capitalize, type Names, pascalCase, snakeCase } from './service-names.ts'

/** The service that others are copied from: a complete one, typed, linted and tested as it is, but never started. */
const TEMPLATE = join(import.meta.dirname, 'some-service')
const TEMPLATE_NAMES: Names = { service: 'some-service', plural: 'some-things', singular: 'some-thing' }

/** The files of a new service by their path in its folder. All names have two words, so that each spelling is told apart. */
export function fillTemplate(names: Names): ReadonlyMap<string, string> {
  const words = [names.service, names.plural, names.singular].flatMap(spellings)
  const wordOf = new Map(templateWords.map((word, index) => [word, words[index] ?? word]))
  const fill = (text: string) => text.replaceAll(templatePattern, (word) => wordOf.get(word) ?? word)
  return new Map([...readTemplate()].map(([path, text]) => [fill(path), fill(text)]))
}

/** Every identifier of the template's code that a new name must not be. */
export function templateIdentifiers(): ReadonlySet<string> {
  return new Set([...readTemplate()].flatMap(([path, text]) => (path.endsWith('.ts') ? identifiersOf(path, text) : [])))
}

/** Every identifier in a text of TypeScript. */
export function identifiersOf(path: string, text: string): readonly string[] {
  const names: string[] = []
  new Visitor({ Identifier: ({ name }) => void names.push(name) }).visit(parseSync(path, text).program)
  return names
}

/** `some-thing`, `some_thing`, `SOME_THING`, `someThing`, `SomeThing`, `some thing`, `Some thing`. */
function spellings(name: string): readonly string[] {
  const prose = name.replaceAll('-', ' ')
  const snake = snakeCase(name)
  return [name, snake, snake.toUpperCase(), camelCase(name), pascalCase(name), prose, capitalize(prose)]
}

const templateWords = [TEMPLATE_NAMES.service, TEMPLATE_NAMES.plural, TEMPLATE_NAMES.singular].flatMap(spellings)
const templatePattern = new RegExp(templateWords.join('|'), 'g')

function readTemplate(): ReadonlyMap<string, string> {
  const paths = globSync('**', { cwd: TEMPLATE }).filter((path) => statSync(join(TEMPLATE, path)).isFile())
  return new Map(paths.sort().map((path) => [path, readFileSync(join(TEMPLATE, path), 'utf8')]))
}
