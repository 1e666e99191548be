import { createLog } from '@mainspring/core'
import { createWorkbench, describeEachEngine, WORKBENCH_SECRET } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { startProcess } from './process.ts'

interface Line {
  readonly level: string
  readonly message: string
  readonly request_id?: string
  readonly err?: { readonly message: string; readonly stack: string }
}

describeEachEngine('a request', (engine) => {
  test('has its id on every line that is logged for it, by a use case as well', async () => {
    const { post, linesOf } = await startWorkbench({ DATABASE_URL: await engine.createUrl() })

    const answer = await post('say', { words: 'good morning' }, 'breakfast-1')

    expect(answer).toMatchObject({ status: 200, id: 'breakfast-1' })
    expect(linesOf('breakfast-1')).toMatchObject([
      { message: 'said', words: 'good morning' },
      { message: 'request', route: '/v1/pieces:say', status: 200 },
    ])
  })

  test('that meets a defect tells the log why, and its caller nothing but where to look', async () => {
    const { post, linesOf } = await startWorkbench({ DATABASE_URL: await engine.createUrl() })

    const answers = [await post('fail', {}), await post('misspell', {})]

    for (const { status, id, text } of answers) {
      expect(status).toBe(500)
      expect(JSON.parse(text)).toMatchObject({ code: 'internal', instance: id })
      expect(text).not.toMatch(new RegExp(`${WORKBENCH_SECRET}|pieze|sqlite|postgres|mysql|\\\\.ts`, 'i'))
    }
    const [failed, misspelt] = answers.map(({ id }) => linesOf(id).find(({ level }) => level === 'error'))
    expect(failed?.err?.stack).toContain(`${WORKBENCH_SECRET}\n    at `)
    expect(misspelt?.err?.message).toMatch(/piezes/)
  })
})

async function startWorkbench(environment: Record<string, string>) {
  const lines: Line[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)) })
  const { url, stop } = await startProcess([createWorkbench()], { PORT: '0', ...environment }, { log })
  onTestFinished(stop)
  return {
    async post(action: string, body: object, requestId?: string) {
      const headers = { 'content-type': 'application/json', ...(requestId ? { 'x-request-id': requestId } : {}) }
      const response = await fetch(`${url}/v1/pieces:${action}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      return {
        status: response.status,
        id: response.headers.get('x-request-id') ?? '',
        text: await response.text(),
      }
    },
    linesOf: (id: string) => lines.filter(({ request_id }) => request_id === id),
  }
}
