import { array, integer, oneOf, text, timestamp } from '@mainspring/core'
import { table } from '@mainspring/data'

/** Longest name of a listener, a queue or an event type, in code points. */
const NAME = 200

/** What was emitted here, kept until everybody has it. */
export const outbox = table(
  'mainspring_outbox',
  {
    /** Given by the database when the unit is about to commit: of one subject in the order of their commits. */
    number: integer(),
    /** Its place in the log, gapless, given after the commit. On SQLite the number is the place. */
    position: integer({ optional: true }),
    type: text({ max: NAME }),
    subject: text({ max: 255 }),
    envelope: text(),
    create_time: timestamp(),
  },
  {
    primary_key: ['number'],
    is_numbered: true,
    indexes: [{ columns: ['position', 'number'], engines: ['postgres', 'mysql'] }, { columns: ['subject'] }],
  },
)

/** What has arrived for the listeners here, in the order in which it did. */
export const inbox = table(
  'mainspring_inbox',
  {
    position: integer(),
    source: text({ max: 63 }),
    id: text({ max: 255 }),
    type: text({ max: NAME }),
    subject: text({ max: 255 }),
    envelope: text(),
    receive_time: timestamp(),
  },
  {
    primary_key: ['position'],
    indexes: [{ columns: ['source', 'id'], unique: true }, { columns: ['type', 'position'] }, { columns: ['subject'] }],
  },
)

/** The last place that was given in a log of this database: `outbox` or `inbox`. */
export const logs = table(
  'mainspring_logs',
  { name: text({ max: NAME }), position: integer({ min: 0 }) },
  { primary_key: ['name'] },
)

/** How far a lane of a source was read for a type of event that somebody here listens to; see `Place`. */
export const subscriptions = table(
  'mainspring_subscriptions',
  { source: text({ max: NAME }), lane: text({ max: 63 }), type: text({ max: NAME }), place: text({ max: 200 }) },
  { primary_key: ['source', 'lane', 'type'] },
)

/** Who reads the outbox, and how far they are: what all have passed may go. */
export const readers = table(
  'mainspring_readers',
  { name: text({ max: NAME }), position: integer({ min: 0 }), update_time: timestamp() },
  { primary_key: ['name'] },
)

/** A place that one process at a time may hold; `epoch` goes up each time that it changes hands. */
export const leases = table(
  'mainspring_leases',
  {
    name: text({ max: NAME }),
    holder: text({ max: 63, optional: true }),
    epoch: integer({ min: 0 }),
    /** By the clock of the database. */
    expire_time: timestamp(),
  },
  { primary_key: ['name'] },
)

/** Listeners that are or were declared. All up to `position` are done for it, or are items. */
export const listeners = table(
  'mainspring_listeners',
  {
    name: text({ max: NAME }),
    types: array(text()),
    /** Where a source is begun with whose events of a type nobody here wanted before. */
    from: oneOf(['now', 'beginning'], { default: 'now' }),
    position: integer({ min: 0 }),
    create_time: timestamp(),
  },
  { primary_key: ['name'] },
)

/** Events behind a listener's position that it is done with; written in the transaction of its effect. */
export const marks = table(
  'mainspring_marks',
  { listener: text({ max: NAME }), position: integer() },
  { primary_key: ['listener', 'position'] },
)

/** How things stand with an item. `WAITING` is for another of its key, `BLOCKED` for a listener that comes first. */
export const ITEM_STATES = ['READY', 'WAITING', 'BLOCKED', 'LEASED', 'DEAD'] as const

/** Queues and listeners that take nothing for now. */
export const pauses = table(
  'mainspring_pauses',
  { queue: text({ max: NAME }), create_time: timestamp() },
  { primary_key: ['queue'] },
)

/** Work to be done: what queues hold, and events that a listener could not deal with at once. What is done is deleted. */
export const items = table(
  'mainspring_items',
  {
    number: integer(),
    /** The name of the queue or of the listener. */
    queue: text({ max: NAME }),
    /** Items of one key are done one after the other; a listener's has its event's subject. */
    key: text({ max: 255, optional: true }),
    state: oneOf(ITEM_STATES),
    payload: text(),
    /** The place of a listener's event in the inbox. */
    position: integer({ optional: true }),
    /** Whose personal data may be in the payload, if it is not the key: a resource's path. */
    subject: text({ max: 255, optional: true }),
    /** By the clock of the service. */
    due_time: timestamp(),
    attempts: integer({ min: 0 }),
    /** Goes up each time that the item is taken: who took it before is too late. */
    epoch: integer({ min: 0 }),
    /** Until when it is taken, by the clock of the database. */
    lease_time: timestamp({ optional: true }),
    /** The last error, and what is alike in errors of its kind. */
    error: text({ optional: true }),
    cause: text({ max: NAME, optional: true }),
    /** What caused it: see `Origin`. */
    origin: text({ optional: true }),
    create_time: timestamp(),
    /** When it last failed, was edited or replayed. */
    update_time: timestamp(),
  },
  {
    primary_key: ['number'],
    is_numbered: true,
    indexes: [
      { columns: ['queue', 'state', 'due_time', 'number'] },
      // Tells what is alive of a key in one look each, however many dead letters it has, and which keys have who waits.
      { columns: ['queue', 'state', 'key', 'number'] },
      { columns: ['queue', 'position'], unique: true },
    ],
  },
)

/** Every failed attempt at an item that is still there. */
export const attempts = table(
  'mainspring_attempts',
  {
    number: integer(),
    item: integer(),
    error: text(),
    create_time: timestamp(),
  },
  { primary_key: ['number'], is_numbered: true, indexes: [{ columns: ['item'] }] },
)

/** What people did to items, listeners and queues, and who. */
export const interventions = table(
  'mainspring_interventions',
  {
    number: integer(),
    actor: text({ max: 255 }),
    action: text({ max: 63 }),
    /** Empty when it was about no listener and no queue. */
    queue: text({ max: NAME }),
    item: integer({ optional: true }),
    /** What an edit replaced, or who was erased. */
    payload: text({ optional: true }),
    create_time: timestamp(),
  },
  { primary_key: ['number'], is_numbered: true, indexes: [{ columns: ['item'] }, { columns: ['queue'] }] },
)

/** When a schedule is due next, or tried again. */
export const schedules = table(
  'mainspring_schedules',
  {
    name: text({ max: NAME }),
    /** With its time zone, as `Schedule.rule` has it. */
    rule: text({ max: NAME }),
    /** By the clock of the service, as is the next. */
    due_time: timestamp(),
    /** When it last ran to its end. */
    last_time: timestamp({ optional: true }),
    /** Those that have failed since. */
    attempts: integer({ min: 0 }),
  },
  { primary_key: ['name'] },
)

/** The tables that events need beside the entities, and where their migrations are. */
export const eventTables = {
  name: 'events',
  tables: [
    ...[outbox, inbox, logs, subscriptions, readers, leases, listeners, marks],
    ...[pauses, items, attempts, interventions, schedules],
  ],
  directory: new URL('migrations', import.meta.url),
}
