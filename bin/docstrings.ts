import { dirname, join } from 'node:path'
import type { Program } from 'oxc-parser'
import { lineAt, type Source, type Tree, type Violation } from './tree.ts'

/** Every export of a lib without a docstring, found from the entries of its manifest through the files behind them. */
export function checkDocstrings(tree: Tree): readonly Violation[] {
  const libs = tree.packages.filter(({ folder }) => folder.startsWith('libs/'))
  const violations = libs.flatMap(({ entries }) => [...entries.values()]).flatMap((path) => listBare(tree, path))
  return [...new Map(violations.map((each) => [`${each.path} ${each.message}`, each])).values()]
}

/** What a file exports bare: of all, or of the one `name`. What comes from another package has its docstring there. */
function listBare(tree: Tree, path: string, name?: string): readonly Violation[] {
  const source = tree.sources.get(path)
  if (!source) return [{ path, line: 1, message: 'is exported from, but is not there' }]
  const documented = listDocumented(source)

  const entries = source.parsed.module.staticExports.flatMap((each) => each.entries)
  return entries.flatMap(({ exportName, importName, localName, moduleRequest, start }): readonly Violation[] => {
    const forwardsAll = exportName.name === null
    if (name !== undefined && !forwardsAll && exportName.name !== name) return []
    if (moduleRequest) {
      const target = join(dirname(path), moduleRequest.value)
      if (!moduleRequest.value.startsWith('.')) return []
      return listBare(tree, target, forwardsAll ? name : (importName.name ?? undefined))
    }
    if (documented.has(localName.name ?? 'default')) return []
    return [{ path, line: lineAt(source, start), message: `exports ${exportName.name} without a docstring` }]
  })
}

/** Names declared right after a docstring; of overloads, and of a value and a type by one name, one is enough. */
function listDocumented({ parsed, text }: Source): ReadonlySet<string> {
  const docstrings = parsed.comments.filter(
    ({ type, value }) => type === 'Block' && value.startsWith('*') && /\w/.test(value),
  )
  const documented = parsed.program.body.filter(({ start }) =>
    docstrings.some(({ end }) => end <= start && text.slice(end, start).trim() === ''),
  )
  return new Set(documented.flatMap(namesOf))
}

function namesOf(statement: Program['body'][number]): readonly string[] {
  if (statement.type === 'ExportDefaultDeclaration') return ['default']
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  if (declaration?.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  if (!declaration || !('id' in declaration) || declaration.id?.type !== 'Identifier') return []
  return [declaration.id.name]
}
