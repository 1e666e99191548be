import { runInNewContext } from 'node:vm'
import { type ErrorCode, fieldCodes } from '@mainspring/core'
import { statusOf } from '@mainspring/http'
import {
  type Argument,
  type CallExpression,
  type Expression,
  type NewExpression,
  type ObjectExpression,
  Visitor,
} from 'oxc-parser'
import { lineAt, type Source, type Tree, type Violation } from './tree.ts'

/**
 * Every code that is used and not declared, or declared as of another kind; every one that is declared twice, or never
 * used. Codes of single fields may also be those of the validator.
 */
export function checkErrors(tree: Tree): readonly Violation[] {
  const uses = productive(tree).flatMap(listUses)
  const declared = productive(tree).flatMap(listDeclarations)
  const find = (code: string) => declared.find((entry) => entry.code === code)
  const isOpen = ({ code, kind }: Use) => !find(code) && (kind !== undefined || !(code in fieldCodes))
  const isOther = ({ code, kind }: Use) => kind !== undefined && find(code) && find(code)?.kind !== kind
  return [
    ...uses.filter(isOpen).map(say('throws a code that is not declared')),
    ...uses.filter(isOther).map(say('throws a code as of another kind than declared')),
    ...declared.filter((entry) => find(entry.code) !== entry).map(say('declares a code that is declared elsewhere')),
    ...declared
      .filter(({ code }) => !uses.some((use) => use.code === code))
      .map(say('declares a code that nobody throws')),
  ]
}

/** docs/errors.md, which explains every code. */
export function writeErrors(tree: Tree): string {
  const rows = productive(tree)
    .flatMap(listDeclarations)
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, entry }) => `| \`${code}\` | ${statusOf(entry.kind, entry)} | ${entry.title} |`)
  const fields = Object.entries(fieldCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  return `# Errors

Every error is a problem as RFC 9457 describes it, with a stable \`code\`. \`npm run errors\` writes this page from the code.

| code | status | meaning |
|---|---|---|
${rows.join('\n')}

## Fields

What \`errors[].code\` says of one field or parameter, besides the codes above.

| code | meaning |
|---|---|
${fields.join('\n')}
`
}

/** Every code that is declared. */
export const listCodes = (tree: Tree): readonly string[] =>
  productive(tree)
    .flatMap(listDeclarations)
    .map(({ code }) => code)

interface Use {
  readonly source: Source
  readonly start: number
  readonly code: string
  /** Absent where the code is that of one field among several. */
  readonly kind?: string
}

interface Declaration extends Use {
  readonly entry: ErrorCode
}

const say =
  (message: string) =>
  ({ source, start, code }: Use): Violation => ({
    path: source.path,
    line: lineAt(source, start),
    message: `${message}: ${code}`,
  })

const productive = ({ sources }: Tree): readonly Source[] =>
  [...sources.values()].filter(({ path }) => /^(apps|libs)\//.test(path) && !path.endsWith('.test.ts'))

/** The functions that make an error, and the kind that they make; AppError itself is told. */
const makers: Readonly<Record<string, string>> = {
  invalid: 'invalid',
  notFound: 'not_found',
  conflict: 'conflict',
  precondition: 'precondition',
  unavailable: 'unavailable',
}

function listUses(source: Source): readonly Use[] {
  const uses: Use[] = []
  const visitCall = ({ start, callee, arguments: given }: CallExpression | NewExpression) => {
    const name = callee.type === 'Identifier' ? callee.name : ''
    const [first, second] = given.map(textOf)
    const [kind, code] = name === 'AppError' ? [first, second] : [makers[name], first]
    if (kind !== undefined && code !== undefined) uses.push({ source, start, code, kind })
  }
  new Visitor({
    CallExpression: visitCall,
    NewExpression: visitCall,
    ObjectExpression(node) {
      const { field, code, detail } = membersOf(node)
      const text = code && textOf(code)
      if (field && detail && text !== undefined) uses.push({ source, start: node.start, code: text })
    },
  }).visit(source.parsed.program)
  return uses
}

/** What has a kind and a title is the declaration of the code whose name it bears. */
function listDeclarations(source: Source): readonly Declaration[] {
  const declarations: Declaration[] = []
  new Visitor({
    Property({ start, key, value }) {
      if (key.type !== 'Identifier' || value.type !== 'ObjectExpression') return
      const { kind, title } = membersOf(value)
      if (!kind || !title) return
      const entry: ErrorCode = runInNewContext(`(${source.text.slice(value.start, value.end)})`)
      declarations.push({ source, start, code: key.name, kind: entry.kind, entry })
    },
  }).visit(source.parsed.program)
  return declarations
}

function membersOf({ properties }: ObjectExpression): Readonly<Record<string, Expression>> {
  const members = properties.flatMap((property) =>
    property.type === 'Property' && property.key.type === 'Identifier' ? [[property.key.name, property.value]] : [],
  )
  return Object.fromEntries(members)
}

const textOf = (node: Argument): string | undefined =>
  node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
