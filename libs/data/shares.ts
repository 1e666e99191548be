import { type Field, factsOf } from '@mainspring/core'
import type { Kysely } from 'kysely'
import type { Engine, EngineName, RawValues, Statement } from './engine.ts'
import type { Entity } from './entity.ts'
import type { AnyTables } from './query.ts'

/** Finds so many rows, of which these fields are wanted, and keeps others from writing them. */
export type Shares = (count: number, fields: readonly string[]) => Share

interface Share extends Pick<Statement, 'sql' | 'hot'> {
  readonly decode: (values: RawValues) => readonly [id: string, row: Record<string, unknown>]
}

/** More rows at once are rare, and every count is a statement of its own. */
const MOST_PREPARED = 16

/** Compiles such statements as they are asked for, and keeps those that will be again. */
export function sharesOf(engine: Engine, builder: Kysely<AnyTables>, entity: Entity): Shares {
  const known = new Map<string, Share>()
  const compile = (count: number, names: readonly string[], hot: boolean): Share => {
    const fields = Object.entries(entity.all_fields).filter(([name]) => names.includes(name))
    const columns = ['id', ...fields.map(([name]) => name)]
    const ids = new Array<number>(count).fill(0)
    const rows = builder.selectFrom(entity.name).select(columns).where('id', 'in', ids).orderBy('id')
    return { sql: `${rows.compile().sql}${SHARING[engine.name]}`, hot, decode: decoderOf(fields, engine) }
  }
  return (count, fields) => {
    if (count > MOST_PREPARED) return compile(count, fields, false)
    const key = `${count} ${fields}`
    const share = known.get(key) ?? compile(count, fields, true)
    known.set(key, share)
    return share
  }
}

/** Locks against who writes. On SQLite nobody else does; MariaDB knows only the older of MySQL's two spellings. */
const SHARING: Readonly<Record<EngineName, string>> = {
  sqlite: '',
  postgres: ' for share',
  mysql: ' lock in share mode',
}

function decoderOf(fields: readonly (readonly [name: string, field: Field])[], { decoder }: Engine): Share['decode'] {
  const codecs = fields.map(([name, field]) => [name, decoder(factsOf(field).kind)] as const)
  return ([id, ...values]) => {
    const row: Record<string, unknown> = {}
    codecs.forEach(([name, decode], index) => {
      const value = values[index]
      row[name] = decode === undefined || value === null ? value : decode(value)
    })
    return [String(id), row]
  }
}
