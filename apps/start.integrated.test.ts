import { createServiceProcess, describeEngine } from '@mainspring/testing'
import { expect, test } from 'vitest'

for (const name of ['postgres', 'mysql'] as const) {
  describeEngine(name, 'ten instances that start at once on one empty database', (engine) => {
    test('migrate once, load the fixtures once, and all become ready', async () => {
      const DATABASE_URL = await engine.createUrl()
      const instances = await Promise.all(
        Array.from({ length: 10 }, () => createServiceProcess({ env: { DATABASE_URL, DATABASE_POOL_SIZE: '3' } })),
      )

      await Promise.all(instances.map((instance) => instance.start()))

      const log = instances.flatMap((instance) => instance.log)
      const migrated = log.filter(({ message }) => message === 'migrated').map(({ migration }) => migration)
      expect(new Set(migrated).size).toBe(migrated.length)
      expect(migrated).toContain('sprockets/0001_initial.sql')
      const loaded = log.filter(({ message }) => message === 'loaded fixtures').map(({ collection }) => collection)
      expect(loaded.sort()).toEqual(['factories', 'sprockets'])
      for (const { url } of instances) {
        const response = await fetch(`${url}/v1/factories`)
        expect(await response.json()).toMatchObject({ results: [{ id: '1' }, { id: '2' }, { id: '3' }] })
      }
      await Promise.all(instances.map((instance) => instance.end('SIGTERM')))
      await Promise.all(instances.map((instance) => instance.destroy()))
    })
  })
}
