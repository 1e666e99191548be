import {
  array,
  boolean,
  type Field,
  type Fields,
  id,
  integer,
  number,
  oneOf,
  type Schema,
  text,
  timestamp,
} from '@mainspring/core'

/** Longest name of a listener or queue. */
const NAME = 200

type Properties = Readonly<Record<string, Schema>>

/** Something with parts, all of which an answer has. */
const whole = ($id: string, properties: Properties): Schema => ({
  $id,
  type: 'object',
  properties,
  required: Object.keys(properties),
})

/** What has an address of its own under /v1/operations. */
function resource($id: string, singular: string, properties: Properties): Schema {
  const [plural, parameter] = [`${singular}s`, `${singular.replaceAll('-', '_')}_id`]
  const aep = { type: `operations.mainspring/${singular}`, singular, plural, patterns: [`${plural}/{${parameter}}`] }
  const path = text({ output_only: true, description: `Its place, such as ${plural}/….` })
  const { id, ...rest } = properties
  return { ...whole($id, { ...(id ? { id } : {}), path, ...rest }), 'x-aep-resource': aep }
}

const service = id({ description: 'The service whose it is.', example: 'rentals' })
const consumer = text({ max: NAME, description: 'The listener or queue.', example: 'rentals.settle_return' })
const anything = { type: ['object', 'null'], description: 'What an edit replaced, or the `subject` that was erased.' }

/** A listener or queue: see `Consumer`. */
export const consumerSchema = resource('Consumer', 'consumer', {
  id: text({ max: NAME, description: 'Its name.', example: 'rentals.settle_return' }),
  service,
  kind: oneOf(['LISTENER', 'QUEUE']),
  declared: boolean({
    description: 'Whether the code of this process has it. What is left of others can be forgotten.',
  }),
  events: array(text(), { description: 'The types of events that a listener gets.' }),
  after: array(text(), { description: 'The listeners that it comes after.' }),
  position: integer({ optional: true, description: 'Up to there in the inbox a listener has dealt with all events.' }),
  lag: integer({ description: 'Events that have arrived for a listener and that it has not come to.' }),
  ready: integer({ description: 'Items that may be taken when they are due; 10,000 stands for that many or more.' }),
  waiting: integer({ description: 'Items that wait for another one of their key.' }),
  blocked: integer({ description: 'Items that wait for a listener which comes first.' }),
  in_hand: integer({ description: 'Items that somebody works on.' }),
  dead: integer({ description: 'Dead letters.' }),
  oldest_time: timestamp({ optional: true, description: 'Since when the oldest that is still to be done is there.' }),
  most_attempts: integer({ description: 'How often that one failed which is not dead and failed most.' }),
  pause_time: timestamp({ optional: true, description: 'Since when nothing is taken from it.' }),
})

const reader = whole('EventReader', {
  reader: text({ description: 'A service of the same process, or the way into a broker.' }),
  position: integer({ description: 'It has all up to there.' }),
  lag: integer({ description: 'Events that it has not got.' }),
  update_time: timestamp({ description: 'When it last came.' }),
})

const source = whole('EventSource', {
  source: text({ description: 'A service of the same process, or what of a broker is read.' }),
  lag: integer({ optional: true, description: 'Events that it has not got; null where that is not known.' }),
  lag_seconds: number({ optional: true, description: 'How long the oldest of them has been there; null likewise.' }),
})

const schedule = whole('ScheduleState', {
  schedule: text({ description: 'Its name.' }),
  rule: text({ description: 'When it runs, with the time zone.' }),
  due_time: timestamp({ description: 'When it runs next.' }),
  last_time: timestamp({ optional: true, description: 'When it last ran to its end.' }),
  attempts: integer({ description: 'Those that have failed since.' }),
})

/** A service of the process. */
export const serviceSchema = resource('Service', 'service', {
  id: id({ description: 'Its name.', example: 'rentals' }),
  service,
  published_position: integer({ description: 'The last place in the log of what it has emitted.' }),
  received_position: integer({ description: 'The last place in the log of what has arrived for its listeners.' }),
  readers: { type: 'array', items: reader, description: 'Who reads what it emits.' },
  sources: { type: 'array', items: source, description: 'What it hears, of itself and of others.' },
  schedules: { type: 'array', items: schedule },
})

const letter = {
  id: text({ max: 80, description: 'Its service and its number there.', example: 'rentals-17' }),
  service,
  consumer,
  key: text({ optional: true, description: 'What it has to be in order with; of an event its subject.' }),
  cause: text({ optional: true, description: 'What is alike in errors of its kind: a code, or the name of an error.' }),
  error: text({ optional: true, description: 'The last error.' }),
  attempts: integer({ description: 'How often it was tried.' }),
  payload: { type: 'object', description: 'What is to be done, or the event that is to be handled.' },
  create_time: timestamp({ description: 'When it was put there.' }),
  update_time: timestamp({ description: 'When it failed last, or was edited.' }),
}

/** A dead letter as lists have it. */
export const listedLetterSchema = whole('ListedDeadLetter', {
  ...letter,
  path: text({ description: 'Where the rest of it is, such as dead-letters/rentals-17.' }),
})

/** A dead letter with all that is known of it. */
export const letterSchema = resource('DeadLetter', 'dead-letter', {
  ...letter,
  failed_attempts: {
    type: 'array',
    items: whole('FailedAttempt', { error: text(), create_time: timestamp() }),
  },
  interventions: {
    type: 'array',
    items: whole('DeadLetterIntervention', {
      actor: text(),
      action: text({ example: 'edit' }),
      payload: anything,
      create_time: timestamp(),
    }),
  },
})

/** Dead letters that failed alike. */
export const causeSchema = whole('DeadLetterCause', {
  service,
  consumer,
  cause: text({ example: 'not_found' }),
  count: integer({ description: 'How many dead letters there are of it.' }),
  first_time: timestamp({ description: 'When the first of them failed.' }),
  last_time: timestamp({ description: 'When the last of them failed.' }),
  examples: { type: 'array', items: text(), description: 'The ids of the oldest one and of the newest.' },
})

/** Of what everything is to be erased. */
export const subjectField = text({ min: 1, max: 255, description: 'The path of a resource.', example: 'rentals/4711' })

/** What somebody did. */
export const interventionSchema = whole('Intervention', {
  service,
  consumer: text({ optional: true, max: NAME, description: 'The listener or queue, if it was about one.' }),
  dead_letter_id: text({ optional: true, description: 'The dead letter, if it was about one.' }),
  actor: text({ description: 'Who did it, as they said.' }),
  action: text({ description: 'replay, discard, edit, pause, resume, forget or erase.', example: 'replay' }),
  payload: anything,
  create_time: timestamp(),
})

/** What was, or would be, done to dead letters. */
export const treatedSchema = whole('TreatedDeadLetters', {
  count: integer({ description: 'How many were treated, or would be.' }),
  dry_run: boolean(),
  examples: { type: 'array', items: listedLetterSchema, description: 'Of a dry run, the first ten.' },
})

/** What was, or would be, erased of a subject. */
export const erasedSchema = whole('ErasedSubject', {
  subject: subjectField,
  events: integer({ description: 'How many events were emptied, or would be.' }),
  items: integer({ description: 'How many items and dead letters were deleted, or would be.' }),
  dry_run: boolean(),
})

/** What was given up with a listener or queue. */
export const forgottenSchema = whole('ForgottenConsumer', {
  service,
  consumer,
  items: integer({ description: 'How much it had set aside or still had to do; nobody will.' }),
})

/** A page of a list over services. */
export const pageOf = (items: Schema & { readonly $id?: string }): Schema => ({
  $id: `${items.$id}Page`,
  type: 'object',
  properties: {
    results: { type: 'array', items },
    next_page_token: { type: 'string', description: 'Absent on the last page.' },
    unreachable: { type: 'array', items: { type: 'string' }, description: 'Services whose database is away.' },
  },
  required: ['results'],
})

/** Which service a list is about. */
export const serviceParameter = {
  service: id({ optional: true, description: 'One service; all without it.' }),
} satisfies Fields

/** Which dead letters are meant. */
export const filterFields = {
  ...serviceParameter,
  consumer: text({ optional: true, max: NAME, description: 'A listener or queue.', example: 'rentals.settle_return' }),
  cause: text({ optional: true, max: NAME, description: 'What is alike in their errors.', example: 'not_found' }),
  key: text({ optional: true, max: 255, description: 'Their key; of an event its subject, such as returns/5.' }),
  start_time: timestamp({ optional: true, description: 'Those that failed then or later.' }),
  end_time: timestamp({ optional: true, description: 'Those that failed before.' }),
} satisfies Fields

/** Which page is wanted. */
export const pageParameters = {
  max_page_size: integer({
    min: 0,
    default: 50,
    description: 'At most so many results; more than 1000 is lowered to 1000.',
  }),
  page_token: text({ optional: true, description: 'The `next_page_token` of the page before.' }),
} satisfies Fields

/** Who asks for it; a name is taken for what it says until there is authentication. */
export const actorField: Field<string, { default: string }> = text({
  min: 1,
  max: 255,
  default: 'anonymous',
  description: 'Who does it, for the record.',
  example: 'ada',
})

/** Whether it is only tried. */
export const dryRunField: Field<boolean, { default: boolean }> = boolean({
  default: false,
  description: 'Tells what would be done, and does nothing.',
})
