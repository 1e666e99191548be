import type { Statement } from '../engine.ts'

/** Rows that go into a table with one statement, each as the statement that inserts it alone. */
interface Rows {
  readonly sqlOf: NonNullable<Statement['sqlOf']>
  readonly inserts: Statement[]
}

/**
 * The statements of several units in one transaction, as few as may be. What units insert at their end goes to the end of all,
 * where rows of a table are one statement: they cost the server half. The statements of a unit stay in their order. Events of
 * one subject are never in two of these units: one that has asked nothing holds a subject only because it makes it.
 */
export function joined(units: readonly (readonly Statement[])[]): readonly Statement[] {
  const statements: Statement[] = []
  const last: Rows[] = []
  for (const unit of units) {
    const end = unit.findLastIndex(({ sqlOf }) => !sqlOf) + 1
    for (const statement of unit.slice(0, end)) statements.push(statement)
    placeInserts(last, unit.slice(end))
  }
  for (const { sqlOf, inserts } of last) for (const some of halved(inserts)) statements.push(together(sqlOf, some))
  return statements
}

function placeInserts(last: Rows[], inserts: readonly Statement[]): void {
  let place = 0
  for (const insert of inserts) {
    const { sqlOf } = insert
    if (!sqlOf) continue
    const alike = last.findLastIndex((rows) => rows.sqlOf === sqlOf)
    if (alike >= place) place = alike
    else place = last.push({ sqlOf, inserts: [] }) - 1
    last[place]?.inserts.push(insert)
  }
}

/** Rows in one statement: each has its parameters, of which there may not be any number. */
const MOST_ROWS = 64

/** Parts whose lengths are powers of two: few lengths, which are soon all prepared. */
function* halved<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0, length = 0; start < all.length; start += length) {
    length = Math.min(MOST_ROWS, 2 ** Math.floor(Math.log2(all.length - start)))
    yield all.slice(start, start + length)
  }
}

function together(sqlOf: Rows['sqlOf'], inserts: readonly Statement[]): Statement {
  return { sql: sqlOf(inserts.length), parameters: inserts.flatMap(({ parameters }) => parameters), hot: true }
}
