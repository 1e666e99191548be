import { runCommand } from '@mainspring/service'
import { rentals } from './app.ts'

await runCommand([rentals], process.argv.slice(2))
