/** Something that a page asks its reader to do. */
export type Step = { readonly line: number } & (
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  /** Adds to the list `item` of a collection. */
  | { readonly kind: 'append'; readonly path: string; readonly text: string }
  /** `expected` is what it prints. */
  | { readonly kind: 'run'; readonly command: string; readonly expected: string }
  /** Runs until it is told to end. */
  | { readonly kind: 'start'; readonly command: string }
)

/**
 * What a page in Markdown asks for, in its order: listings under a line that ends in the path of a file, a `console` with
 * commands behind `$` and what they print, and `sh` for what goes on running. A block without a language only shows something.
 */
export function readSteps(page: string): readonly Step[] {
  const blocks = page.matchAll(/(?:^(?<heading>.+)\n\n)?^```(?<language>\w+)\n(?<text>[\s\S]*?)^```$/gm)
  return [...blocks].flatMap(({ 0: block, groups = {}, index }): readonly Step[] => {
    const { heading = '', language, text = '' } = groups
    const line = page.slice(0, index + block.indexOf('```')).split('\n').length
    if (language === 'sh') return [{ kind: 'start', line, command: text.trim() }]
    if (language === 'console') return readCommands(text, line)
    const path = /^`(\S+)`(, one more in `item`)?:$/.exec(heading)
    if (!path) throw new Error(`Line ${line}: nothing says to which file this listing belongs: ${text.slice(0, 80)}`)
    return [{ kind: path[2] ? 'append' : 'write', line, path: path[1] ?? '', text }]
  })
}

function readCommands(text: string, line: number): readonly Step[] {
  return text.split(/^\$ /m).flatMap((part): readonly Step[] => {
    const [command = '', ...expected] = part.trimEnd().split('\n')
    return command ? [{ kind: 'run', line, command, expected: expected.join('\n') }] : []
  })
}

/** Whether something was printed as a page says; `…` stands for anything. */
export function isAsExpected(printed: string, expected: string): boolean {
  const pattern = expected.split('…').map(RegExp.escape).join('[\\s\\S]*')
  return new RegExp(`^${pattern}$`).test(printed.trim())
}
