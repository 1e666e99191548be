import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

// Everything a change must pass: node bin/check.ts, or --fast for the half that is worth waiting for before a commit. With
// --tested the unit tests are left out, for who has just run the whole suite.
const fast = ['lint', 'types', 'rules', 'lock']
const slow = ['migration:check', 'events:check', 'client:check']
if (!process.argv.includes('--tested')) slow.unshift('test:unit')

const rounds = process.argv.includes('--fast') ? [fast] : [fast, slow]
for (const scripts of rounds) await Promise.all(scripts.map(run))

async function run(script: string) {
  const start = Date.now()
  const child = spawn(process.execPath, ['--run', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [code, ...output] = await Promise.all([closed, text(child.stdout), text(child.stderr)])
  console.log(`${code === 0 ? '✓' : '✗'} ${script} ${((Date.now() - start) / 1000).toFixed(1)} s`)
  if (code === 0) return
  process.exitCode = 1
  console.log(output.join(''))
}
