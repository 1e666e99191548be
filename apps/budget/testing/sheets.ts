const NOTE = 'a note, not long'

/** A sheet of so many rows, as a client that streams it would send it; item `row-N` is worth N, and 5,000 names are paid in turn. */
export const sheetOf = (rows: number, note = NOTE): ReadableStream<Uint8Array> =>
  ReadableStream.from(linesOf(rows, note)).pipeThrough(new TextEncoderStream())

async function* linesOf(rows: number, note: string): AsyncGenerator<string> {
  yield 'id,item,amount_minor,currency_code,payor_name,payee_name,transaction_date,note\n'
  for (let first = 0; first < rows; first += 1_000) {
    const numbers = Array.from({ length: Math.min(1_000, rows - first) }, (_, index) => first + index)
    yield numbers.map((number) => toLine(number, note)).join('')
  }
}

function toLine(number: number, note: string): string {
  const day = String(1 + (number % 28)).padStart(2, '0')
  return `row-${number},Item ${number},${number},EUR,Household,Shop ${number % 5_000},2026-01-${day},"${note}"\n`
}

/** Imports a sheet into the service at a URL. */
export const importSheet = (url: string, rows: number, note = NOTE): Promise<Response> =>
  fetch(`${url}/v1/budget-items:import`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: sheetOf(rows, note),
    duplex: 'half',
  })

/** How many there are of a collection, or how many match. */
export async function countOf(url: string, collection: 'payees' | 'budget-items', filter?: string): Promise<number> {
  const query = new URLSearchParams({ max_page_size: '1', show_total_size: 'true', ...(filter ? { filter } : {}) })
  return Object(await (await fetch(`${url}/v1/${collection}?${query}`)).json()).total_size
}

export const postJson = (url: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
