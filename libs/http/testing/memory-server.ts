import { createSample, sampleRoute } from './sample-server.ts'

/**
 * Run as a program that is given a folder: a server that has its memory to itself. It reads uploads through, sends rows
 * without end, and tells the most memory that it ever had.
 */
const { server } = createSample(
  [
    sampleRoute('/v1/sprockets:import', {
      method: 'POST',
      upload: { media_types: ['text/csv'] },
      async handle({ upload }) {
        let bytes = 0
        for await (const piece of upload?.open() ?? []) bytes += piece.length
        return { status: 200, body: { bytes } }
      },
    }),
    sampleRoute('/v1/sprockets:export', {
      handle: async () => ({ status: 200, content_type: 'text/csv', body: rows() }),
    }),
    sampleRoute('/v1/memory', {
      handle: async () => ({ status: 200, body: { most_bytes: process.resourceUsage().maxRSS * 1024 } }),
    }),
  ],
  { spool_folder: process.argv[2] ?? '', limits: { upload_bytes: 1024 ** 3 } },
)

async function* rows() {
  for (let count = 0; ; count++) yield `${count},a row of some length\n`
}

process.stdout.write(await server.listen())
