export { type AsyncApi, type AsyncApiInfo, createAsyncApi, type EventService, listEvents } from './asyncapi.ts'
export * from './codes.ts'
export * from './context.ts'
export { type Contract, compareContracts, contractOf, type EventContract } from './contract.ts'
export { createEnvelope, type Envelope, type EventOf, type Origin, writeEnvelope } from './envelope.ts'
export { type Erased, eraseSubjects } from './erasure.ts'
export { type DataOf, type EventOptions, type EventType, event, type Said, sourceOf } from './event.ts'
export { exampleEnvelope } from './example.ts'
export * from './listener.ts'
export {
  type DeadLetter,
  type DeadLetterCause,
  type DeadLetterFilter,
  type DeadLetterHistory,
  type FailedAttempt,
  getDeadLetter,
  type Intervention,
  listCauses,
  listDeadLetters,
} from './operations/dead-letters.ts'
export { type Consumers, editDeadLetter } from './operations/edit.ts'
export { eraseOnRequest } from './operations/erase.ts'
export { type ListedIntervention, listInterventions } from './operations/interventions.ts'
export { forgetConsumer, type ListenerPlace, listListenerPlaces } from './operations/listeners.ts'
export {
  getLogPositions,
  type LogPositions,
  listSchedules,
  type ReaderPlace,
  type ScheduleState,
} from './operations/log-positions.ts'
export { listQueueDepths, pauseQueue, type QueueDepth, resumeQueue } from './operations/queues.ts'
export type { SourceLag } from './operations/source-lags.ts'
export { discardDeadLetters, replayDeadLetters, type Treated, type TreatmentOptions } from './operations/treatment.ts'
export * from './queue.ts'
export * from './queue-declaration.ts'
export { type Retention, USUAL_RETENTION } from './retention.ts'
export type { RetryPolicy } from './retry.ts'
export * from './schedule.ts'
export { dataSchemaOf, schemaDocumentOf, schemaPathOf } from './schema.ts'
export { createServiceEvents, type ServiceEvents, sourcesOf } from './service-events.ts'
export { type EventSource, memorySource } from './source.ts'
export type {
  EventStream,
  Follow,
  FollowOptions,
  Streamed,
} from './streams/follow.ts'
export type { Take, Taken } from './streams/take.ts'
export { SourceAway } from './subscriptions.ts'
export { eventTables } from './tables.ts'
export { openTransport, TRANSPORTS } from './transports/open-transport.ts'
export type { Transport } from './transports/transport.ts'
