import { resourceOf } from '../resources/index.ts'
import { createApp } from './app.ts'

// What a very good engineer would write by hand for one resource: node bench/twin/main.ts sprockets sqlite:FILE [--grouped]
const [collection = '', url = '', option] = process.argv.slice(2)
const resource = resourceOf(collection)
const app = createApp()
if (url.startsWith('sqlite:')) {
  const { addSqliteRoutes } = await import('./sqlite.ts')
  addSqliteRoutes(app, resource, url.slice('sqlite:'.length), option === '--grouped')
} else {
  const { addPostgresRoutes } = await import('./postgres.ts')
  await addPostgresRoutes(app, resource, url)
}
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)))
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
