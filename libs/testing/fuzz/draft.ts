/** A request that can still be changed: all that goes into its bytes. */
export interface Draft {
  readonly method: string
  readonly path: string
  /** Each `name=value`, percent-encoded. */
  readonly query: readonly string[]
  readonly headers: readonly Header[]
  readonly body?: Buffer
}

export type Header = readonly [name: string, value: string]

/** What a draft becomes, now or later. */
export type Change = (draft: Draft) => Draft

/** Adds a header, whether it is there or not. */
export const withHeader = (draft: Draft, ...header: Header): Draft => ({
  ...draft,
  headers: [...draft.headers, header],
})

/** Puts a header in the place of those of its name. */
export const replaceHeader = (draft: Draft, ...header: Header): Draft =>
  withHeader(
    { ...draft, headers: draft.headers.filter(([name]) => name.toLowerCase() !== header[0].toLowerCase()) },
    ...header,
  )

/** Path and query. */
export const targetOf = ({ path, query }: Draft): string => (query.length > 0 ? `${path}?${query.join('&')}` : path)

/** The first line and the headers, without the empty line behind them; a body has its length told. */
export function headOf(draft: Draft): readonly string[] {
  const length = draft.body === undefined ? [] : [`Content-Length: ${draft.body.length}`]
  return [
    `${draft.method} ${targetOf(draft)} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...draft.headers.map(([name, value]) => `${name}: ${value}`),
    ...length,
  ]
}

/** A head and what follows it, as bytes. A character is a byte, so that a header may hold any. */
export const toBytes = (head: readonly string[], body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
