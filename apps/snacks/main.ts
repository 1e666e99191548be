import { runCommand } from '@mainspring/service'
import { snacks } from './app.ts'

await runCommand([snacks], process.argv.slice(2))
