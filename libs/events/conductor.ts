import { setTimeout as sleep } from 'node:timers/promises'
import { createChore } from './chore.ts'
import type { RunUnit } from './consumer.ts'
import type { EventStore } from './context.ts'
import { holdLease } from './hold-lease.ts'
import type { Inbox } from './inbox.ts'
import { CONDUCTOR, LeaseLost } from './lease.ts'
import type { Listener } from './listener.ts'
import { startListening } from './listeners/listening.ts'
import type { LogName } from './logs.ts'
import type { Outbox } from './outbox.ts'
import { pruneInbox, pruneOutbox, type Retention } from './retention.ts'
import type { Scheduler } from './scheduler.ts'
import type { EventSource } from './source.ts'
import type { Publisher } from './transports/publisher.ts'
import { startRelay } from './transports/relay.ts'
import { createWake } from './wake.ts'

/** What conducts a service's events, in whichever of its processes holds the lease. */
export interface Conductor {
  /** Finishes what is being handled and gives the lease back. */
  readonly stop: () => Promise<void>
}

/** What it conducts. */
export interface ConductorOptions {
  readonly store: EventStore
  readonly outbox: Outbox
  readonly inbox: Inbox
  /** The logs of all services that somebody here listens to, its own among them. */
  readonly sources: readonly EventSource[]
  /** The way of what is emitted here to services that run elsewhere. */
  readonly publisher?: Publisher | undefined
  readonly listeners: readonly Listener[]
  readonly scheduler?: Scheduler
  readonly runUnit: RunUnit
  /** How long events are kept; as usual without it. */
  readonly retention?: Retention | undefined
  /** Told when a listener has made items. */
  readonly onItems: () => void
  /** Told how many events of a log were pruned that somebody had not read. */
  readonly onPruned: (log: LogName, unread: number) => void
}

/** Milliseconds until it looks again when nobody woke it: they double while there is nothing to do. */
const LOOKS = { first: 20, last: 1_000 }

/** Milliseconds between two turns while events come one by one but steadily: a turn costs the same for many. */
const GATHERING = 20

/** Events of a turn after which the next begins at once: there may be a backlog. */
const MANY = 500

/** Milliseconds between two looks for events that need not be kept. */
const PRUNING = 3_600_000

/** Competes for the lease and conducts while it has it; see docs/decisions/0040. */
export function startConductor(options: ConductorOptions): Conductor {
  const { store, outbox, inbox, sources, publisher, scheduler, ...rest } = options
  const stopping = new AbortController()
  const { wake, wait } = createWake()
  const deafen = [outbox.onCommit(wake), ...sources.map(({ onNews }) => onNews?.(wake))]
  const chores = [
    createChore(store.log, async () => scheduler?.runDue(), 'schedules cannot be run for now'),
    createChore(store.log, prune, 'old events are kept until the next time', PRUNING),
  ]
  const holding = holdLease(store, CONDUCTOR, conduct, stopping.signal)

  async function conduct(epoch: number, signal: AbortSignal): Promise<void> {
    const lost = new AbortController()
    const ended = AbortSignal.any([signal, lost.signal])
    const onLost = () => lost.abort()
    const listening = await startListening({ ...rest, store, epoch, onLost })
    const relay = publisher && startRelay({ store, outbox, publisher, epoch, onLost })
    try {
      for (let pause = LOOKS.first; !ended.aborted; ) {
        for (const chore of chores) chore.begin()
        const moved = await takeTurn(epoch)
        if (rest.listeners.length > 0) listening.advance(await inbox.end())
        pause = moved > 0 ? LOOKS.first : Math.min(pause * 2, LOOKS.last)
        if (moved === 0) await wait(pause, ended)
        else if (moved > 1 && moved < MANY) await sleep(GATHERING)
      }
    } finally {
      await Promise.all([listening.stop(), relay?.stop(), ...chores.map(({ ended }) => ended())])
    }
  }

  async function prune(): Promise<void> {
    options.onPruned('outbox', (await pruneOutbox(store, options.retention)).unread)
    options.onPruned('inbox', (await pruneInbox(store, options.retention)).unread)
  }

  /** Stamps and receives some of what there is; resolves to how many events moved on in the log where most did. */
  async function takeTurn(epoch: number): Promise<number> {
    let moved = await outbox.stamp(epoch)
    for (const source of sources) moved = Math.max(moved, await take(source, epoch))
    return moved
  }

  /** A source that fails holds up no other. */
  async function take(source: EventSource, epoch: number): Promise<number> {
    try {
      return (await inbox.take(source, epoch)).read
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      store.log.warn({ source: source.name, err: error }, 'nothing can be received from a source for now')
      return 0
    }
  }

  return {
    async stop() {
      stopping.abort()
      for (const each of deafen) each?.()
      await holding
    },
  }
}
