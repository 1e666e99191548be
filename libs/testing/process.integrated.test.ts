import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createServiceProcess } from './process.ts'

const SLEEPER = 'console.log(JSON.stringify({ pid: process.pid })); setInterval(() => {}, 1000)'

test('a process goes with its folder when it is destroyed, and is not started again', async () => {
  const sleeper = await createServiceProcess({ command: [process.execPath, '--eval', SLEEPER] })
  const ended = sleeper.run()
  while (sleeper.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))

  await sleeper.destroy()

  expect(await ended).toMatchObject({ signal: 'SIGKILL' })
  expect(existsSync(sleeper.folder)).toBe(false)
  expect(() => sleeper.run()).toThrow('It was destroyed')
})

test('what it has started goes with it', async () => {
  const starter = await createServiceProcess({
    command: ['sh', '-c', `"${process.execPath}" --eval '${SLEEPER}'; true`],
  })
  const ended = starter.run()
  while (starter.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))

  await starter.destroy()

  expect(starter.log[0]?.pid).not.toBe(starter.pid)
  // It has ended when nobody writes to its outputs any more.
  expect(await ended).toMatchObject({ signal: 'SIGKILL' })
})

test('a process that ends instead of getting ready says what it printed', async () => {
  const failing = await createServiceProcess({ command: [process.execPath, '--eval', 'console.log("no luck")'] })

  await expect(failing.start()).rejects.toThrow('did not get ready: no luck')

  await failing.destroy()
})
