import type { Resource, StoredRow } from '../resources/resource.ts'
import { newId } from './rows.ts'

/** What of a request goes into the events that it causes. */
export interface Cause {
  readonly id: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A row of the outbox, as its columns have it: type, subject, envelope, create_time. */
export type OutboxRow = readonly [type: string, subject: string, envelope: string, create_time: string]

/** Makes the row of an event about a resource's row: a CloudEvent 1.0 as ours, spelled out. */
export function outboxRow(
  { service, collection, tell }: Resource,
  happened: 'created' | 'updated',
  row: StoredRow,
  { id: requestid, headers: { traceparent } }: Cause,
): OutboxRow | undefined {
  const told = tell?.[happened]
  if (!tell || told === undefined) return undefined
  const type = `${service}.${told}`
  const subject = `${collection}/${row.id}`
  const time = new Date().toISOString()
  const envelope = JSON.stringify({
    id: newId(),
    source: `/${service}`,
    type,
    specversion: '1.0',
    subject,
    time,
    datacontenttype: 'application/json',
    dataschema: `mainspring:/schemas/${type}/1`,
    data: tell.say(row),
    requestid,
    traceparent: typeof traceparent === 'string' && TRACE_PARENT.test(traceparent) ? traceparent : undefined,
  })
  return [type, subject, envelope, time]
}

/** Those of several rows. */
export const outboxRows = (
  resource: Resource,
  happened: 'created' | 'updated',
  rows: readonly StoredRow[],
  cause: Cause,
): readonly OutboxRow[] =>
  rows.map((row) => outboxRow(resource, happened, row, cause)).filter((row) => row !== undefined)

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACE_PARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** Whether a row says the same as before. */
export const isAlike = ({ fields }: Resource, before: StoredRow, after: StoredRow): boolean =>
  Object.keys(fields).every((name) => before[name] === after[name])
