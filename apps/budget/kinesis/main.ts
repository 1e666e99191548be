import { parseArgs } from 'node:util'
import { kinesisEndpoint } from '@mainspring/service'
import { KinesisFailure, openKinesisStream } from '../connectors/kinesis.ts'
import { demonstrate } from './demonstrate.ts'

// Shows that Kinesis can be reached and does what it should, without the services: npm run kinesis:demo
const USAGE = `npm run kinesis:demo -- [options]

Makes a stream, waits until it is active, puts records, reads them back shard by shard, compares, deletes the stream and
waits until it is gone. Ends with 1 if something is not as it should be.

  --stream    its name; must not be there yet      mainspring-demo
  --shards    how many it has                      2
  --records   how many are put, 500 at most        20
  --region    of AWS                               as AWS_REGION says
  --endpoint  URL of an emulator                   as KINESIS_ENDPOINT says, else AWS itself
  --help      prints this

Credentials come as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another usual way; an emulator takes any.
`

class BadArgument extends Error {}

const interrupted = new AbortController()
const interrupt = () => interrupted.abort(new KinesisFailure('Interrupted.'))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupt)

try {
  const { stream, shards, records, region, endpoint, help } = readArguments()
  if (help) process.stdout.write(USAGE)
  else {
    const opened = openKinesisStream({ stream, region, endpoint: endpoint ?? kinesisEndpoint() })
    const say = (step: string) => process.stdout.write(`${step}\n`)
    const options = { shards: numberOf('shards', shards, 100), records: numberOf('records', records, 500) }
    await demonstrate(opened, { ...options, say, signal: interrupted.signal }).finally(opened.close)
  }
} catch (error) {
  const isExpected = error instanceof KinesisFailure || error instanceof BadArgument
  process.stderr.write(`${isExpected ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        stream: { type: 'string', default: 'mainspring-demo' },
        shards: { type: 'string', default: '2' },
        records: { type: 'string', default: '20' },
        region: { type: 'string' },
        endpoint: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new BadArgument(`${error instanceof Error ? error.message : String(error)} See --help.`)
  }
}

function numberOf(name: string, text: string, most: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new BadArgument(`--${name} is a whole number from 1 to ${most}, not ${text}.`)
}
