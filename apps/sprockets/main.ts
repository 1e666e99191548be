import { runCommand } from '@mainspring/service'
import { sprockets } from './app.ts'

await runCommand([sprockets], process.argv.slice(2))
