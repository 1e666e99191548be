import type { EngineName } from '../engine.ts'

const comment = /--[^\n]*|\/\*.*?\*\//
const quoted = /"(?:""|[^"])*"|`(?:``|[^`])*`|\$(?<tag>\w*)\$.*?\$\k<tag>\$/
const other = /[;(),]|[^-/'"`$;(),]+|./

/** Each part of SQL that counts: what is within quotes, or in a comment, is one piece. MySQL's text has escapes. */
export const tokensOf = (engine: EngineName): RegExp => (engine === 'mysql' ? mysqlTokens : standardTokens)

const tokensWith = (text: RegExp): RegExp =>
  new RegExp([comment, text, quoted, other].map(({ source }) => source).join('|'), 'gs')

const standardTokens = tokensWith(/'(?:''|[^'])*'/)
const mysqlTokens = tokensWith(/'(?:''|\\.|[^'\\])*'/)
