import { runCommand } from '@mainspring/service'
import { budget } from './app.ts'

await runCommand([budget], process.argv.slice(2))
