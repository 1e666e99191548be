import { runCommand } from '@mainspring/service'
import { someService } from './app.ts'

await runCommand([someService], process.argv.slice(2))
