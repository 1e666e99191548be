import { invalid, text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'
import { event, listener, queue, type Writes } from '@mainspring/events'
import { resource } from '@mainspring/resource'
import { type Library, startLibrary } from '../../testing/library.ts'

const Word = entity('words', 'word', { spelling: text({ max: 100 }) })
const Print = entity('prints', 'print', { spelling: text({ max: 100 }), press: text({ max: 20 }) })

const WordWritten = event(
  'library.word_written',
  { word_id: text(), spelling: text() },
  { subject: 'words/{word_id}', description: 'A word was written.' },
)

async function print({ db }: Pick<Writes, 'db'>, spelling: string, press: string): Promise<void> {
  if (spelling.includes('!')) throw invalid('rule_broken', { detail: `${spelling} is too loud.` })
  await db.insert(Print, { spelling, press })
}

const printing = queue({
  name: 'library.print',
  payload: { spelling: text({ max: 100 }) },
  settle: (needs: Writes, { payload }) => print(needs, payload.spelling, 'queue'),
})

const copying = listener({
  name: 'library.copy',
  event: WordWritten,
  handle: (needs: Writes, { data }) => print(needs, data.spelling, 'listener'),
})

async function writeWord(
  { db, emit, enqueue }: Writes,
  { spelling }: { readonly spelling: string },
): Promise<Row<typeof Word>> {
  const word = await db.insert(Word, { spelling })
  await enqueue(printing, { spelling })
  await emit(WordWritten, { word_id: word.id, spelling })
  return word
}

/** A library that prints each word twice: by a queue and by a listener. Neither prints one that is loud. */
export interface Press extends Library {
  readonly write: (...spellings: readonly string[]) => Promise<void>
  /** What was printed, by whom. */
  readonly prints: () => Promise<readonly string[]>
}

/** Starts it, with its listener or without. */
export async function startPress(url: string, { deaf = false } = {}): Promise<Press> {
  const words = resource(Word, { create: { handle: writeWord } })
  const library = await startLibrary(url, [words, resource(Print, { list: true })], {
    events: [WordWritten],
    listeners: deaf ? [] : [copying],
    queues: [printing],
  })
  return {
    ...library,
    async write(...spellings) {
      for (const spelling of spellings) await library.client.post('/v1/words', { spelling })
    },
    async prints() {
      const { body } = await library.client.get<{ readonly results: readonly Row<typeof Print>[] }>('/v1/prints')
      return body.results.map(({ spelling, press }) => `${press}: ${spelling}`).toSorted()
    },
  }
}
