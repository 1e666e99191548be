import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { type Expression, Visitor } from 'oxc-parser'
import { lineAt, type Source, type Tree } from './tree.ts'

/** One file naming another module, in any way that the language has, types and dynamic imports too. */
export interface Import {
  readonly path: string
  readonly line: number
  readonly specifier: string
  /** A path in the repository, `node:fs`, `npm:fastify`, or `process.env`: an import in all but syntax. */
  readonly target: string
}

export function listImports(tree: Tree): readonly Import[] {
  return [...tree.sources.values()].flatMap((source) =>
    readSpecifiers(source).map(({ specifier, offset }) => ({
      path: source.path,
      line: lineAt(source, offset),
      specifier,
      target: resolve(tree, source.path, specifier),
    })),
  )
}

/** `@mainspring/data` of `@mainspring/data/entities`; undefined for a path, a module of Node and `process.env`. */
export function packageNameOf(specifier: string): string | undefined {
  if (specifier === 'process.env' || isBuiltin(specifier)) return undefined
  return /^(@[^/]+\/)?[^./][^/]*/.exec(specifier)?.[0]
}

function resolve(tree: Tree, from: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(from), specifier)
  if (isBuiltin(specifier)) return `node:${specifier.replace('node:', '')}`
  const name = packageNameOf(specifier)
  if (name === undefined) return specifier
  const workspace = tree.packages.find((candidate) => candidate.name === name)
  if (!workspace) return `npm:${name}`
  const subpath = specifier.slice(name.length)
  return workspace.entries.get(`.${subpath}`) ?? join(workspace.folder, subpath)
}

function readSpecifiers({ parsed }: Source) {
  const found: { specifier: string; offset: number }[] = []
  const add = (specifier: string | undefined, { start }: { start: number }) => {
    if (specifier !== undefined) found.push({ specifier, offset: start })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node),
    ExportAllDeclaration: (node) => add(node.source.value, node),
    ExportNamedDeclaration: (node) => add(node.source?.value, node),
    ImportExpression: (node) => add(textOf(node.source), node),
    TSImportType: (node) => add(node.source.value, node),
    MemberExpression(node) {
      if (textOf(node.property) === 'env' && isProcess(node.object)) add('process.env', node)
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || !node.init || !isProcess(node.init)) return
      if (node.id.properties.some((each) => each.type === 'Property' && textOf(each.key) === 'env'))
        add('process.env', node)
    },
  }).visit(parsed.program)
  return found
}

function isProcess(node: Expression): boolean {
  return textOf(node.type === 'MemberExpression' ? node.property : node) === 'process'
}

/** What an identifier or a string says; undefined for anything computed. */
function textOf(node: Expression | { type: 'PrivateIdentifier' }): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.raw
  return undefined
}
