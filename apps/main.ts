import { runCommand } from '@mainspring/service'
import { services } from './index.ts'

await runCommand(services, process.argv.slice(2))
