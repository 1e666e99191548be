import { resourceOf } from '../resources/index.ts'
import { createApp } from '../twin/app.ts'
import { openTwin } from '../twin/open.ts'

// The twin's first page, made once and sent for ever: what Fastify needs for a request, its id, its headers and its line of log.
// node bench/constant/main.ts pizzas sqlite:FILE
const [collection = '', url = ''] = process.argv.slice(2)
const path = `/v1/${collection}`
const twin = await openTwin(resourceOf(collection), url, { grouped: false })
const { headers, body } = await twin.inject(`${path}?max_page_size=20`)
await twin.close()
const { etag, 'content-type': type } = headers
const app = createApp()
app.get(path, (_request, reply) => reply.header('etag', etag).header('content-type', type).send(body))
process.once('SIGTERM', () => process.exit(0))
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
