import {
  dataSchemaOf,
  type EventService,
  type EventType,
  exampleEnvelope,
  listEvents,
  schemaPathOf,
  sourceOf,
} from '@mainspring/events'
import { escapeHtml } from '@mainspring/http'
import { listFields } from './field-rows.ts'
import { drawListeners } from './listener-graph.ts'

/** The page of events, as HTML under its title: each with what it says, who emits it and who listens. */
export function writePage(services: readonly EventService[]): string {
  const events = listEvents(services)
  if (events.length === 0) return '<p>No service here emits or listens to any.'
  return `<p>What happened, told to whoever listens, as <a href="https://cloudevents.io">CloudEvents</a> in JSON. For machines:
<a href="/asyncapi.json">/asyncapi.json</a>
${writeContents(events)}
${events.map((event) => writeEvent(event, services)).join('\n')}`
}

function writeContents(events: readonly EventType[]): string {
  const groups = [...Map.groupBy(events, sourceOf)].map(
    ([service, own]) =>
      `<ul><li><strong>${escapeHtml(service)}</strong>\n${own.map(({ type }) => `<li>${link(`#${type}`, type)}`).join('\n')}</ul>`,
  )
  return `<nav>\n${groups.join('\n')}</nav>`
}

function writeEvent(event: EventType, services: readonly EventService[]): string {
  const { type, version, description, subject } = event
  const source = sourceOf(event)
  const isHere = services.some(({ name }) => name === source)
  return `<section id="${type}">
<h2>${type} <span class="badge">version ${version}</span></h2>
<p>${escapeHtml(description)}
<p class="dim">Emitted by <strong>${source}</strong>${isHere ? '' : ', which does not run in this process'} · subject
<code>${escapeHtml(subject)}</code>${isHere ? ` · ${link(schemaPathOf(event), 'schema')}` : ''}
<h3>What it says</h3>
${writeFields(event)}
<h3>Who listens</h3>
${writeListeners(event, services)}
<details><summary>An example</summary>
<pre>${escapeHtml(JSON.stringify(exampleEnvelope(event), null, 2))}</pre></details>
</section>`
}

function writeFields(event: EventType): string {
  const rows = listFields(dataSchemaOf(event)).map(
    ({ name, rules, description }) =>
      `<tr><td><code>${escapeHtml(name)}</code><td>${escapeHtml(rules)}<td class="dim">${escapeHtml(description)}`,
  )
  return `<div class="wide"><table><tr><th>field<th>what it is<th>meaning\n${rows.join('\n')}</table></div>`
}

function writeListeners(event: EventType, services: readonly EventService[]): string {
  const listeners = services.flatMap((service) => service.listeners.filter(({ events }) => events.includes(event)))
  if (listeners.length === 0) return '<p class="dim">Nobody in this process.'
  return `<div class="wide">${drawListeners(event.type, listeners)}</div>`
}

const link = (path: string, text: string): string => `<a href="${escapeHtml(path)}">${escapeHtml(text)}</a>`
