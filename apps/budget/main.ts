import { runMain } from '@mainspring/service/main'

await runMain(async () => [(await import('./app.ts')).budget])
