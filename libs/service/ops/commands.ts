import type { Consumer } from '../operations/consumers.ts'
import type { Letter, ListedLetter } from '../operations/letters.ts'
import {
  actColumns,
  causeColumns,
  consumerColumns,
  type ListedService,
  letterColumns,
  serviceColumns,
} from './columns.ts'
import type { Ask } from './server.ts'
import { type Column, writeShort, writeTable } from './table.ts'

/** What was said on the command line. */
export interface Said {
  readonly rest: readonly string[]
  readonly filter: Readonly<Record<string, string | undefined>>
  readonly limit: string | undefined
  readonly actor: string
  readonly yes: boolean
}

/** What a command found or did: for programs, and for people. */
export interface Told {
  readonly json: object
  readonly text: string
}

/** A command that makes no sense. */
export class Misuse extends Error {}

interface Page<T> {
  readonly results: readonly T[]
  readonly next_page_token?: string
  readonly unreachable?: readonly string[]
}

/** All that can be asked for, by its name. */
export const commands: Readonly<Record<string, (ask: Ask, said: Said) => Promise<Told>>> = {
  status: async (ask, { filter }) => {
    const query = { service: filter.service }
    const [services, consumers] = [
      await ask<Page<ListedService>>('GET', 'services', { query }),
      await ask<Page<Consumer>>('GET', 'consumers', { query }),
    ]
    const text = [
      writeTable(services.results, serviceColumns),
      writeTable(consumers.results, consumerColumns(Date.now())),
      ...awayOf(consumers),
    ]
    return { json: { services: services.results, consumers: consumers.results }, text: paragraphs(text) }
  },
  causes: (ask, { filter }) =>
    list(ask, 'dead-letter-causes', filter, causeColumns(Date.now()), 'There is no dead letter.'),
  dead: (ask, { filter, limit }) =>
    list(
      ask,
      'dead-letters',
      { ...filter, max_page_size: limit },
      letterColumns(Date.now()),
      'There is no dead letter.',
    ),
  log: (ask, { filter, limit }) =>
    list(
      ask,
      'interventions',
      { service: filter.service, consumer: filter.consumer, max_page_size: limit },
      actColumns,
      'Nobody has done anything yet.',
    ),
  show: async (ask, said) => tellLetter(await ask('GET', `dead-letters/${encodeURIComponent(only(said, 'show'))}`)),
  edit: async (ask, { rest, actor }) => {
    const [id, text] = rest
    if (id === undefined || text === undefined || rest.length > 2)
      throw new Misuse("edit takes an id and a payload: '{…}'")
    return tellLetter(
      await ask('POST', `dead-letters/${encodeURIComponent(id)}:edit`, { body: { payload: parse(text), actor } }),
    )
  },
  replay: (ask, said) => treat(ask, said, 'replay', 'tried again'),
  discard: (ask, said) => treat(ask, said, 'discard', 'discarded'),
  pause: (ask, said) => change(ask, said, 'pause', 'is paused: what is begun is finished, nothing else is begun.'),
  resume: (ask, said) => change(ask, said, 'resume', 'goes on.'),
  forget: async (ask, said) => {
    const name = only(said, 'forget')
    if (!said.yes) {
      const consumer = await ask<Consumer>('GET', `consumers/${encodeURIComponent(name)}`)
      const text = consumer.declared
        ? `${name} is in the code of what runs here, and cannot be forgotten.`
        : `${name} would be forgotten with all that it still had to do. Say --yes to do it.`
      return { json: consumer, text: paragraphs([writeTable([consumer], consumerColumns(Date.now())), text]) }
    }
    const done = await ask<{ readonly items: number }>('POST', `consumers/${encodeURIComponent(name)}:forget`, {
      body: { actor: said.actor },
    })
    return { json: done, text: `${name} is forgotten, with ${done.items} items.` }
  },
  erase: async (ask, said) => {
    const { filter, actor, yes } = said
    const body = { subject: only(said, 'erase'), service: filter.service, actor, dry_run: !yes }
    const erased = await ask<Erased>('POST', 'subjects:erase', { body })
    const what = `${erased.events} events and ${erased.items} items of ${erased.subject}`
    const text = yes ? `${what} are erased.` : `${what} would be erased, for good. Say --yes to do it.`
    return { json: erased, text }
  },
}

interface Erased {
  readonly subject: string
  readonly events: number
  readonly items: number
}

async function treat(ask: Ask, said: Said, verb: 'replay' | 'discard', done: string): Promise<Told> {
  const { rest, filter, actor, yes } = said
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  const [id] = rest
  if (id !== undefined && rest.length === 1 && !isFiltered) {
    const json = await ask<object>('POST', `dead-letters/${encodeURIComponent(id)}:${verb}`, { body: { actor } })
    return { json, text: `${id} is ${done}.` }
  }
  if (!isFiltered && rest.length === 0) throw new Misuse(`${verb} takes ids, or says which: --cause=…, --consumer=…`)
  const body = { ...filter, ...(rest.length > 0 ? { ids: rest } : {}), actor, dry_run: !yes }
  const treated = await ask<Treated>('POST', `dead-letters:${verb}`, { body })
  if (yes) return { json: treated, text: `${treated.count} dead letters are ${done}.` }
  const text = `${treated.count} dead letters would be ${done}. Say --yes to do it.`
  return { json: treated, text: paragraphs([writeTable(treated.examples, letterColumns(Date.now())), text]) }
}

interface Treated {
  readonly count: number
  readonly examples: readonly ListedLetter[]
}

async function change(ask: Ask, said: Said, verb: string, text: string): Promise<Told> {
  const name = only(said, verb)
  const json = await ask<object>('POST', `consumers/${encodeURIComponent(name)}:${verb}`, {
    body: { actor: said.actor },
  })
  return { json, text: `${name} ${text}` }
}

async function list<T>(
  ask: Ask,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  columns: readonly Column<T>[],
  nothing: string,
): Promise<Told> {
  const page = await ask<Page<T>>('GET', path, { query })
  const more = page.next_page_token === undefined ? [] : ['There are more; --limit=1000 shows as many.']
  return { json: page, text: paragraphs([writeTable(page.results, columns) || nothing, ...more, ...awayOf(page)]) }
}

function only({ rest }: Said, verb: string): string {
  const [first] = rest
  if (first === undefined || rest.length > 1) throw new Misuse(`${verb} takes one name.`)
  return first
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Misuse(`The payload is not JSON: ${text}`)
  }
}

const awayOf = ({ unreachable = [] }: Page<unknown>): readonly string[] =>
  unreachable.length > 0 ? [`The database of ${unreachable.join(' and ')} is away.`] : []

const paragraphs = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n')

function tellLetter(letter: Letter): Told {
  const failed = letter.failed_attempts.map(
    ({ error, create_time }) => `${create_time}  failed: ${writeShort(error, 100)}`,
  )
  const done = letter.interventions.map(
    ({ actor, action, payload, create_time }) =>
      `${create_time}  ${actor}: ${action}${payload ? `, it was ${JSON.stringify(payload)}` : ''}`,
  )
  const head = `${letter.id}  ${letter.consumer}  ${letter.cause ?? '-'}  ${letter.key ?? ''}`.trimEnd()
  const text = paragraphs([head, JSON.stringify(letter.payload, null, 2), [...failed, ...done].toSorted().join('\n')])
  return { json: letter, text }
}
