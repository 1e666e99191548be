import { AppError, integer, type ObjectOf, rethrowWithin, type Spool } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import type { BudgetWrites } from '../context.ts'
import { BudgetItem } from '../entities/budget-item.ts'
import { findPartyMistakes, settleParties } from './item-parties.ts'
import { dated } from './item-service.ts'
import { type Mistake, MOST_MISTAKES, readSheet, type SheetRow, sheetError, writeHeader, writeItem } from './sheet.ts'
import { changeItem, insertItems, isAlike } from './writes.ts'

type Needs = Pick<BudgetWrites, 'db' | 'emit' | 'clock' | 'locality'>

/** What an import did. */
export const importCounts = {
  rows: integer({ min: 0 }),
  created: integer({ min: 0 }),
  updated: integer({ min: 0 }),
  unchanged: integer({ min: 0, description: 'Were there already, and alike.' }),
}
type Counts = ObjectOf<typeof importCounts>

/** All items as a sheet, in order of creation; ids of payees, not names. Importing it again changes nothing. */
export async function* exportItems({ db }: Pick<Reads, 'db'>): AsyncGenerator<string> {
  yield writeHeader()
  for await (const items of db.pages(BudgetItem)) yield items.map(writeItem).join('')
}

/** Reads a sheet to its end and throws all that is wrong with it in itself, before anybody has to wait for the import. */
export async function checkSheet(_needs: object, { upload }: { readonly upload: Spool }): Promise<void> {
  const linesOfIds = new Map<string, number>()
  const mistakes: Mistake[] = []
  let count = 0
  for await (const row of readSheet(upload)) {
    const found = [...findInRow(row), ...findDuplicate(row, linesOfIds)]
    count += found.length
    mistakes.push(...found.slice(0, MOST_MISTAKES - mistakes.length))
  }
  if (count > 0) throw sheetError('invalid', 'invalid_csv', mistakes, { count })
}

function findInRow({ line, item, mistakes }: SheetRow): readonly Mistake[] {
  if (mistakes.length > 0) return mistakes
  return findPartyMistakes(item).map(({ field, ...error }) => ({ line, column: field, ...error }))
}

function findDuplicate({ line, item: { id } }: SheetRow, linesOfIds: Map<string, number>): readonly Mistake[] {
  if (!id) return []
  const before = linesOfIds.get(id)
  if (before === undefined) linesOfIds.set(id, line)
  else return [{ line, column: 'id', code: 'duplicate_id', detail: `The id is in line ${before} already.` }]
  return []
}

/** Rows that one round of queries settles. */
const CHUNK = 500

/**
 * Applies a sheet, all or nothing: a row whose id is there replaces that item, any other makes one, and payees are made for
 * names that nobody has. What is wrong names the line and the column.
 */
export async function importItems(needs: Needs, { upload }: { readonly upload: Spool }): Promise<Counts> {
  const total = { rows: 0, created: 0, updated: 0, unchanged: 0 }
  for await (const rows of chunksOf(readSheet(upload))) {
    const { created, updated } = await applyRows(needs, rows)
    total.rows += rows.length
    total.created += created
    total.updated += updated
    total.unchanged += rows.length - created - updated
  }
  return total
}

async function* chunksOf(rows: AsyncIterable<SheetRow>): AsyncGenerator<readonly SheetRow[]> {
  let chunk: SheetRow[] = []
  for await (const row of rows) {
    chunk.push(row)
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

async function applyRows(needs: Needs, rows: readonly SheetRow[]): Promise<Pick<Counts, 'created' | 'updated'>> {
  const known = await needs.db.findManyForUpdate(
    BudgetItem,
    rows.flatMap(({ item }) => item.id ?? []),
  )
  const settled = await settleParties(
    needs,
    rows.map(({ item }) => item),
  ).catch(rethrowAtLines(rows))
  const entries = dated(needs, settled).map(({ id, ...values }, index) => {
    const current = id === null ? undefined : known.get(id)
    return { line: rows[index]?.line ?? 0, id, values, current }
  })

  const fresh = entries.filter(({ current }) => !current)
  const inserts = fresh.map(({ id, values }) => (id === null ? values : { ...values, id }))
  await insertItems(needs, inserts).catch(rethrowAtLines(fresh))

  let updated = 0
  for (const { line, values, current } of entries) {
    if (!current || isAlike(current, values)) continue
    await changeItem(needs, current, values)
      .catch(rethrowWithin('[0]'))
      .catch(rethrowAtLines([{ line }]))
    updated += 1
  }
  return { created: fresh.length, updated }
}

/** For `catch`: an error that names entries by their index, `[2].payee_name`, names their lines instead. */
const rethrowAtLines =
  (rows: readonly { readonly line: number }[]) =>
  (error: unknown): never => {
    if (!(error instanceof AppError)) throw error
    const mistakes = error.errors.map(({ field, code, detail }): Mistake => {
      const [, index, column] = /^\[(\d+)\]\.?(.*)$/.exec(field) ?? []
      return { line: rows[Number(index)]?.line ?? 0, column: column || null, code, detail }
    })
    if (mistakes.length === 0) throw error
    throw sheetError(error.kind, error.code, mistakes, { ...error.members, cause: error })
  }
