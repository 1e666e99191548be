import { service } from '@mainspring/service'
import { SomeThing } from './entities/some-thing.ts'
import { SomeThingClosed } from './events.ts'
import { someThingFixtures } from './fixtures/some-things.ts'
import { notifying } from './interface/notify-some-thing.ts'
import { notifyClosed } from './interface/on-some-thing-closed.ts'
import { someThingResource } from './interface/some-things.ts'

export const someService = service({
  name: 'some-service',
  description: 'Keeps some things, each open until somebody closes it.',
  connect: () => ({}),
  entities: [SomeThing],
  resources: [someThingResource],
  events: [SomeThingClosed],
  listeners: [notifyClosed],
  queues: [notifying],
  codes: {
    some_thing_closed: { kind: 'conflict', title: 'It is closed already.' },
  },
  fixtures: [someThingFixtures],
  migrations: new URL('migrations', import.meta.url),
})
