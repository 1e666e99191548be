import { resourceOf } from '../resources/index.ts'
import { openTwin } from './open.ts'

// What a very good engineer would write by hand for one resource: node bench/twin/main.ts sprockets sqlite:FILE [--grouped]
const [collection = '', url = '', option] = process.argv.slice(2)
const app = await openTwin(resourceOf(collection), url, { grouped: option === '--grouped' })
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)))
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
