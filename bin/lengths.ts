import type { Tree, Violation } from './tree.ts'

const longest = 300

/** Every file of a service that is too long to be read in one go. */
export function checkLengths(tree: Tree): readonly Violation[] {
  return [...tree.sources.values()]
    .filter(({ path }) => path.startsWith('apps/'))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => ({ path, line: longest, message: `has ${lines} lines, of ${longest} at most` }))
}
