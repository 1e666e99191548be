import fc from 'fast-check'
import { type Draft, headOf, targetOf, toBytes } from './draft.ts'

/** Writes a draft as bytes that are no sound request of HTTP, or not a whole one. */
export type Framing = (draft: Draft) => Buffer

const LINE = '\r\n'

/** The head with other lines about the length of the body. */
const withLength =
  (lines: readonly string[], frame: (body: Buffer) => Buffer = (body) => body): Framing =>
  (draft) =>
    toBytes(
      [...headOf(draft).filter((line) => !line.startsWith('Content-Length:')), ...lines],
      frame(draft.body ?? Buffer.from('{}')),
    )

const chunked = (write: (length: string, body: string) => string, ...lines: readonly string[]): Framing =>
  withLength(['Transfer-Encoding: chunked', ...lines], (body) =>
    Buffer.from(write(body.length.toString(16), body.toString('latin1')), 'latin1'),
  )

const withFirstLine =
  (write: (draft: Draft) => string): Framing =>
  (draft) =>
    toBytes([write(draft), ...headOf(draft).slice(1)], draft.body)

const withLine =
  (line: string): Framing =>
  (draft) =>
    toBytes([...headOf(draft), line], draft.body)

const whole = (draft: Draft): Buffer => toBytes(headOf(draft), draft.body)

/** What is known to have led servers and proxies astray (RFC 9112, sections 3, 6.3, 7 and 11), and halves of requests. */
const FRAMINGS: readonly Framing[] = [
  ...['-1', '+2', '0x2', '1e1', ' 2 2', '2, 3', '99999999999999999999', 'a', ''].map((value) =>
    withLength([`Content-Length: ${value}`]),
  ),
  withLength(['Content-Length: 1']),
  withLength(['Content-Length: 100000']),
  withLength(['Content-Length: 4194305']),
  withLength(['Content-Length: 2', 'Content-Length: 3']),
  withLength(['Content-Length: 2', 'Transfer-Encoding: chunked'], () =>
    Buffer.from('0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n'),
  ),
  ...['identity', 'gzip, chunked', 'chunked, chunked', 'xchunked', ' chunked ', '\x0bchunked', 'chunked;a=b'].map(
    (value) => withLength([`Transfer-Encoding: ${value}`], () => Buffer.from('2\r\n{}\r\n0\r\n\r\n')),
  ),
  chunked((length, body) => `${length}${LINE}${body}${LINE}0${LINE}${LINE}`),
  chunked((length, body) => `${length};a=b${LINE}${body}${LINE}0${LINE}${LINE}`),
  chunked((length, body) => `${length};${'a'.repeat(20_000)}${LINE}${body}${LINE}0${LINE}${LINE}`),
  chunked(
    (length, body) => `${length}${LINE}${body}${LINE}0${LINE}Content-Length: 5${LINE}If-Match: *${LINE}${LINE}`,
    'Trailer: If-Match',
  ),
  chunked((length, body) => `-${length}${LINE}${body}${LINE}0${LINE}${LINE}`),
  chunked((_, body) => `fffffffffffffffff${LINE}${body}${LINE}`),
  chunked((length, body) => `${length}\n${body}\n0\n\n`),
  chunked((length, body) => `${length}${LINE}${body}`),
  withFirstLine((draft) => `${draft.method.toLowerCase()} ${targetOf(draft)} HTTP/1.1`),
  withFirstLine((draft) => `${draft.method} ${targetOf(draft)} HTTP/1.0`),
  withFirstLine((draft) => `${draft.method} ${targetOf(draft)} HTTP/2.0`),
  withFirstLine((draft) => `${draft.method} ${targetOf(draft)} HTTP/1.1 a`),
  withFirstLine((draft) => `${draft.method} ${targetOf(draft)}`),
  withFirstLine((draft) => `${draft.method}  ${targetOf(draft)} HTTP/1.1`),
  withFirstLine((draft) => `${draft.method}\t${targetOf(draft)}\tHTTP/1.1`),
  withFirstLine((draft) => `${draft.method} ${targetOf(draft)}\x00 HTTP/1.1`),
  withFirstLine((draft) => `${draft.method} /${'a'.repeat(100_000)} HTTP/1.1`),
  withFirstLine(() => `CONNECT 127.0.0.1:80 HTTP/1.1`),
  withFirstLine(() => `FROBNICATE / HTTP/1.1`),
  withFirstLine(() => ``),
  withFirstLine(() => `\x16\x03\x01\x02\x00\x01`),
  withFirstLine(() => `PRI * HTTP/2.0${LINE}${LINE}SM`),
  ...[
    'Host: a',
    'no colon',
    ': a',
    'A : b',
    'A: b\r c',
    ' folded',
    'A: \x00',
    'A: \x7f',
    'A\x00: b',
    'A: b\nC: d',
    'A(: b',
  ].map(withLine),
  withLine(Array.from({ length: 2_500 }, (_, at) => `A${at}:`).join(LINE)),
  withLine(`A: ${'b'.repeat(20_000)}`),
  (draft) =>
    toBytes(
      headOf(draft).filter((line) => !line.startsWith('Host:')),
      draft.body,
    ),
  (draft) => Buffer.from(`${headOf(draft).join('\n')}\n\n`, 'latin1'),
  (draft) => Buffer.concat([whole(draft), Buffer.from('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')]),
  (draft) => Buffer.concat([whole(draft), Buffer.from('rubbish\r\n\r\n')]),
  (draft) => Buffer.concat([Buffer.from('\r\n\r\n'), whole(draft)]),
  (draft) => whole(draft).subarray(0, -1),
  (draft) => whole(draft).subarray(0, 20),
  () => Buffer.from('\0'.repeat(1_000)),
  () => Buffer.from('{"a": 1}'),
]

/** Arbitrary ways to frame a request wrongly. */
export const framings: fc.Arbitrary<Framing> = fc.constantFrom(...FRAMINGS)
