import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createServiceProcess, describeOn, findServer, type ServiceProcess } from '@mainspring/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openKinesisStream } from '../connectors/kinesis.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const REGION = 'eu-central-1'

describeOn('kinesis', 'the demonstration', () => {
  let endpoint: string
  let program: ServiceProcess
  beforeAll(async () => {
    endpoint = await findServer('kinesis')
    const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }
    program = await createServiceProcess({
      command: [process.execPath, MAIN],
      env: { KINESIS_ENDPOINT: endpoint, ...credentials },
    })
  })
  afterAll(() => program.destroy())

  test('prints each step, and leaves nothing', async () => {
    const stream = randomUUID()

    const { code, output } = await program.run([
      '--stream',
      stream,
      '--shards',
      '3',
      '--records',
      '30',
      '--region',
      REGION,
    ])

    const steps = output.trimEnd().split('\n')
    expect(steps.slice(0, 3)).toEqual([
      `asked for the stream ${stream} with 3 shards`,
      'the stream is active',
      'put 30 records',
    ])
    const read = steps.slice(3, 6).map((step) => /^read (\d+) records? from shardId-0+\d$/.exec(step)?.[1])
    expect(read.reduce((sum, part) => sum + Number(part), 0)).toBe(30)
    expect(steps.slice(6)).toEqual([
      'all came back, each once and as it was put',
      'asked for the stream to be deleted',
      'the stream is gone',
    ])
    expect(code).toBe(0)
    expect(await open(stream).status()).toBeUndefined()
  })

  test('leaves a stream alone that is there already', async () => {
    const stream = open(randomUUID())
    await stream.create(1)
    await expect.poll(stream.status).toBe('ACTIVE')

    const end = await program.run(['--stream', stream.name, '--region', REGION])

    expect(end).toMatchObject({ code: 1, output: `${endpoint} has a stream called ${stream.name} already.\n` })
    expect(await stream.status()).toBe('ACTIVE')
    await stream.delete()
  })

  test.each([
    [
      ['--region', REGION, '--endpoint', 'http://127.0.0.1:1'],
      'http://127.0.0.1:1 does not answer: is it running there?',
    ],
    [['--region', REGION, '--shards', 'many'], '--shards is a whole number from 1 to 100, not many.'],
    [[], 'There is no region: see AWS_REGION.'],
  ])('with %j ends with 1 and one sentence', async (args, sentence) => {
    const { code, output } = await program.run(args)

    expect(code).toBe(1)
    expect(output).toContain(sentence)
    expect(output.trimEnd().split('\n')).toHaveLength(1)
  })

  test('says what it does and which arguments it takes', async () => {
    const { code, output } = await program.run(['--help'])

    expect(code).toBe(0)
    for (const name of ['stream', 'shards', 'records', 'region', 'endpoint']) expect(output).toContain(`--${name}`)
  })

  function open(stream: string) {
    const opened = openKinesisStream({
      stream,
      region: REGION,
      endpoint,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    })
    onTestFinished(opened.close)
    return opened
  }
})
