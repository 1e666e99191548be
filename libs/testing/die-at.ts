import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

// Given to a process by --import, this kills it before the call of node:fs/promises that `DIE_AT` counts to, so that a
// test finds what a power cut at any step would leave.
const last = Number(process.env.DIE_AT)
let calls = 0

for (const [name, value] of Object.entries(promises)) {
  if (typeof value !== 'function') continue
  Reflect.set(promises, name, (...args: unknown[]) => {
    if (++calls === last) process.kill(process.pid, 'SIGKILL')
    return Reflect.apply(value, promises, args)
  })
}
syncBuiltinESMExports()
