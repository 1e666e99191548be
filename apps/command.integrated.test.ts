import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { settingLines } from '@mainspring/service'
import {
  createServiceProcess,
  describeEachEngine,
  type ServiceProcess,
  type ServiceProcessOptions,
} from '@mainspring/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { services } from './index.ts'

const production = { ENV: 'production', AUTH: 'none' }
const made: ServiceProcess[] = []
afterAll(() => Promise.all(made.map((service) => service.destroy())))

describe.concurrent('the command line', () => {
  test('names the services that there are, when told of another', async () => {
    const { code, output } = await run(['snakcs'])

    expect(output).toBe(
      `There is no service called snakcs; there are: ${services.map(({ name }) => name).join(', ')}.\n`,
    )
    expect(code).toBe(1)
  })

  test('lists every setting with --help, even when one is wrong', async () => {
    const { code, output } = await run(['--help'], { env: { ENV: 'prod' } })

    for (const { variable, description } of settingLines(services)) {
      expect(output).toMatch(new RegExp(`^  ${variable}\\b`, 'm'))
      expect(output).toContain(description)
    }
    expect(code).toBe(0)
  })

  test('says whose the port is', async () => {
    const service = await createService()
    const other = createServer().listen(Number(new URL(service.url).port), '127.0.0.1')

    const { code, output } = await service.run()
    other.close()

    expect(output).toContain('Nothing can listen on HOST=127.0.0.1')
    expect(output).toContain('another process does; PORT=… chooses another port.\n')
    expect(code).toBe(1)
  })

  test('lets one process alone have an embedded database', async () => {
    const first = await createService()
    await first.start()
    const second = await createService({ env: { DATA_DIR: `${first.folder}/data`, DATABASE_WAIT_SECONDS: '1' } })

    const { code, output } = await second.run()

    expect(output).toMatch(/Another process has .*\/data\/\w+\.db open/)
    expect(code).toBe(1)
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  })

  test('restores all services or none', { timeout: 20_000 }, async () => {
    const service = await createService()
    await service.start()
    await service.end('SIGTERM')
    const backup = (await service.run(['backup', '--to', `${service.folder}/backups`])).output
      .trimEnd()
      .split('\n')
      .at(-1)
    const file = `${service.folder}/data/${services.at(-1)?.name}.db`
    const [reader, writer] = [new DatabaseSync(file), new DatabaseSync(file)]
    reader.exec('begin; select * from sqlite_master')
    writer.exec('create table later (id)')

    const { code, output } = await service.run(['restore', backup ?? ''])
    reader.close()
    writer.close()

    expect(output).toBe(`Another process reads ${file}.\n`)
    expect(code).toBe(1)
    expect(readdirSync(`${service.folder}/data`).filter((name) => name.includes('restor'))).toEqual([])
  })

  test('waits for a database that is not there, then exits naming it without its password', async () => {
    const url = 'postgres://me:secret@127.0.0.1:1/shop'

    const { code, output } = await run([], { env: { DATABASE_URL: url, DATABASE_WAIT_SECONDS: '1' } })

    expect(output).toContain('"waiting for the database"')
    expect(output).toContain('The database postgres://127.0.0.1:1/shop cannot be reached: connect ECONNREFUSED')
    expect(output).not.toContain('secret')
    expect(code).toBe(1)
  })

  test('ends at once when it is told to while it waits', async () => {
    const service = await createService({ env: { DATABASE_URL: 'mysql://me:secret@127.0.0.1:1/shop' } })
    const ended = service.run()
    while (!service.output.includes('waiting for the database')) await sleep(10)

    service.signal('SIGTERM')

    expect(await ended).toMatchObject({ code: 0, signal: null })
  })

  test.each([
    ['npm alone', false],
    ['its whole group', true],
  ])('ends with 0 as npm start, when %s gets the signal', async (_, toGroup) => {
    const service = await createService({ command: ['npm', 'start', '--silent'] })
    await service.start()

    service.signal('SIGTERM', { toGroup })
    const { code, output } = await service.ended()

    expect(code, output).toBe(0)
    await expect(fetch(service.url)).rejects.toThrow()
  })

  test('reads a .env of the folder in which it starts, after the environment', async () => {
    const { folder: cwd } = await createService()
    writeFileSync(`${cwd}/.env`, 'ENV=prod\nLOG_LEVEL=loud\nSPROKETS_DATABASE_URL=x\n')

    const { code, output } = await run([], { env: { LOG_LEVEL: 'warn' }, cwd })

    expect(output).toBe(
      '.env sets what is no setting here: SPROKETS_DATABASE_URL\n' +
        'ENV=prod is not one of development, testing, staging, production.\n',
    )
    expect(code).toBe(1)
  })

  test('in testing has a database of its own, no fixtures, and quiet logs', async () => {
    const service = await createService({ env: { ENV: 'testing' } })

    await service.start()

    expect(await factoriesOf(service.url)).toEqual([])
    expect(existsSync(`${service.folder}/data/sprockets.db`)).toBe(false)
    expect(existsSync(`${service.folder}/data/sprockets.testing.db`)).toBe(true)
    expect(service.output).toBe('')
  })

  test('loads no fixtures when told so', async () => {
    const service = await createService({ env: { FIXTURES: '0' } })

    await service.start(['sprockets'])

    expect(await factoriesOf(service.url)).toEqual([])
  })
})

describe.concurrent('in production', () => {
  describeEachEngine('a service', (engine) => {
    test('refuses to start until its migrations are applied', async () => {
      const service = await createService({ env: { ...production, DATABASE_URL: await engine.createUrl() } })

      const early = await service.run(['sprockets'])
      const migrated = await service.run(['migrate', 'sprockets'], { AUTH: '' })
      await service.start(['sprockets'])

      expect(early).toMatchObject({
        code: 1,
        output: expect.stringMatching(/lacks .*sprockets\/0001.*run `make migrate`/),
      })
      expect(migrated).toMatchObject({
        code: 0,
        output: expect.stringMatching(/sprockets {2}applied {2}sprockets\/0001/),
      })
      expect(await factoriesOf(service.url)).toEqual([])
    })
  })
})

async function createService(options: ServiceProcessOptions = {}) {
  const service = await createServiceProcess(options)
  made.push(service)
  return service
}

async function run(args: readonly string[], options?: ServiceProcessOptions) {
  return await (await createService(options)).run(args)
}

async function factoriesOf(url: string): Promise<unknown> {
  const response = await fetch(`${url}/v1/factories`)
  const { results }: { results?: unknown } = JSON.parse(await response.text())
  return results
}
