import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { backUp, createService, destroyAll, dyingCommandsOf, manifestOf, markOf, post } from './backups.ts'

const SPROCKET = { teeth: 5, pitch_diameter: 5, outside_diameter: 6, pitch: 1 }

afterAll(destroyAll)

describe.concurrent('killed at any step', () => {
  test('a backup is there whole or not at all', { timeout: 90_000 }, async () => {
    const service = await createService()
    await service.start()
    await service.end('SIGTERM')
    const folder = join(service.folder, 'backups')
    const commands = await dyingCommandsOf(service)

    for (let step = 1, goesOn = true; goesOn; step++) {
      const { signal } = await commands.run(['backup', '--to', folder], { DIE_AT: String(step) })
      goesOn = signal !== null
    }

    const all = existsSync(folder) ? readdirSync(folder) : []
    const whole = all.filter((name) => !name.endsWith('.partial'))
    expect(whole.length).toBeGreaterThan(0)
    expect(all.length).toBeGreaterThan(whole.length)
    for (const name of whole) {
      const [mark] = Object.values(manifestOf(join(folder, name)).services)
      expect(mark?.files['sprockets.db']).toEqual(markOf(join(folder, name, 'sprockets.db')))
    }
  })

  test('a restored database is the old one or the new one', { timeout: 90_000 }, async () => {
    const service = await createService()
    await service.start()
    const backup = await backUp(service)
    await post(service, '/v1/sprockets?id=later', SPROCKET)
    await service.end('SIGTERM')
    const commands = await dyingCommandsOf(service)
    const file = join(service.folder, 'data', 'sprockets.db')

    const found: boolean[] = []
    for (let step = 1, goesOn = true; goesOn; step++) {
      const { signal } = await commands.run(['restore', backup], { DIE_AT: String(step) })
      found.push(hasLater(file))
      goesOn = signal !== null
    }

    expect(found[0]).toBe(true)
    expect(found.at(-1)).toBe(false)
    expect(found.indexOf(false)).toBe(found.lastIndexOf(true) + 1)
    expect(found.lastIndexOf(true)).toBeGreaterThan(8)
  })
})

function hasLater(file: string): boolean {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
    return database.prepare(`select 1 from sprockets where id = 'later'`).get() !== undefined
  } finally {
    database.close()
  }
}
