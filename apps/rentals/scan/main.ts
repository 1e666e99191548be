import { parseArgs } from 'node:util'
import { toTimestamp } from '@mainspring/core'
import { serverUrl } from '@mainspring/service'
import { BadFile, readScan } from './scan-file.ts'
import { NoAnswer, sendScan } from './send-scan.ts'

// Sends a scan to a running server and prints what became of it: npm run rentals:scan FILE [--verbose] [--url=…]
const USAGE = 'npm run rentals:scan FILE [--verbose], and with -- before it: [--url=http://127.0.0.1:8000]'

try {
  const { values, positionals } = parseArgs({
    options: {
      url: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      // What npm makes of a --verbose that has no -- before it.
      loglevel: { type: 'string' },
    },
    allowPositionals: true,
  })
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new BadFile(USAGE)
  const isTraced = values.verbose || values.loglevel === 'verbose'
  const scan = readScan(file, toTimestamp(Date.now()))
  const outcome = await sendScan(scan, {
    url: values.url?.replace(/\/$/, '') ?? serverUrl(),
    trace: (step) => isTraced && process.stderr.write(`${step}\n`),
  })
  process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`)
} catch (error) {
  const isExpected = error instanceof BadFile || error instanceof NoAnswer
  process.stderr.write(`${isExpected ? error.message : String(error)}\n`)
  process.exitCode = 1
}
