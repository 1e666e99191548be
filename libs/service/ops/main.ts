import { runOps } from './ops.ts'

// Sees and treats what listeners and queues of a running process could not do: npm run ops -- status

const { code, out, err } = await runOps(process.argv.slice(2))
if (out !== undefined) process.stdout.write(`${out}\n`)
if (err !== undefined) process.stderr.write(`${err}\n`)
process.exitCode = code
