import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createDatabase, execute } from './database.ts'
import { describeEachEngine, describeEngine, findServer } from './engines.ts'
import { startMariadb } from './mariadb.ts'
import { startPostgres } from './postgres.ts'

const SERVERS = {
  postgres: { start: startPostgres, file: './postgres.ts' },
  mysql: { start: startMariadb, file: './mariadb.ts' },
}

describeEachEngine('createUrl', (engine) => {
  test('gives a database of its own every time', async () => {
    const urls = await Promise.all([engine.createUrl(), engine.createUrl()])

    expect(new Set(urls).size).toBe(2)
  })
})

for (const name of ['postgres', 'mysql'] as const) {
  describeEngine(name, "the run's server", (engine) => {
    test('keeps databases apart', async () => {
      const [one, other] = [await engine.createUrl(), await engine.createUrl()]

      await execute(one, 'CREATE TABLE pizzas (id INTEGER)')
      await execute(other, 'CREATE TABLE pizzas (id INTEGER)')

      expect(new URL(one).host).toBe(new URL(other).host)
    })

    test('forgets a dropped database', async () => {
      const { url, drop } = await createDatabase(await findServer(name))

      await drop()

      await expect(execute(url, 'SELECT 1')).rejects.toThrow(/database/i)
    })
  })

  describeEngine(name, "a server of one's own", () => {
    const { start, file } = SERVERS[name]

    test('keeps data and port over a stop and a crash, and nothing when destroyed', async () => {
      const server = await start()
      const { url } = await createDatabase(server.url)
      await execute(url, 'CREATE TABLE pizzas (id INTEGER PRIMARY KEY)')

      await server.stop()
      await expect(execute(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
      await server.start()
      await execute(url, 'INSERT INTO pizzas VALUES (1)')
      await server.crash()
      await expect(execute(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
      await server.start()

      await expect(execute(url, 'INSERT INTO pizzas VALUES (1)')).rejects.toThrow(/duplicate/i)
      await server.destroy()
      await expect(execute(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
      expect(existsSync(server.folder)).toBe(false)
    })

    test('answers nothing while it is paused', async () => {
      const server = await start()

      server.pause()
      const answer = execute(server.url, 'SELECT 1').then(() => 'answered')
      const atFirst = await Promise.race([answer, setTimeout(300, 'silent')])
      server.resume()

      expect(atFirst).toBe('silent')
      expect(await answer).toBe('answered')
      await server.destroy()
    })

    test('does not outlive an owner who is killed, not even paused', async () => {
      const code = `const { ${start.name} } = await import('${file}')
        const server = await ${start.name}()
        server.pause()
        console.log(JSON.stringify(server))
        process.stdin.resume()`
      const owner = spawn(process.execPath, ['--eval', code], {
        cwd: import.meta.dirname,
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const [line] = await once(createInterface(owner.stdout), 'line')
      const { url, folder } = JSON.parse(line)

      owner.kill('SIGKILL')

      await vi.waitUntil(() => !existsSync(folder), { timeout: 10_000 })
      await expect(execute(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
    })

    test('lives on the disk if it is durable', async () => {
      const server = await start({ durable: true })

      expect(server.folder).not.toMatch('/dev/shm')
      await server.destroy()
    })
  })
}

describeEngine('postgres', 'a database from a template', () => {
  test('has the tables of the template', async () => {
    const server = await findServer('postgres')
    const template = await createDatabase(server)
    await execute(template.url, 'CREATE TABLE pizzas (id INTEGER)')

    const copy = await createDatabase(server, { template: template.url })

    await execute(copy.url, 'SELECT id FROM pizzas')
    await copy.drop()
    await template.drop()
  })
})
