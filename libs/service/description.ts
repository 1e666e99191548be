import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { noCache } from '@mainspring/cache'
import { systemClock } from '@mainspring/core'
import { type Database, dataCodes } from '@mainspring/data'
import { eventCodes } from '@mainspring/events'
import { type Described, describeServer, type OpenApi } from '@mainspring/http'
import { mediaCodes } from '@mainspring/media'
import { createPageTokens, type Runtime, resourceCodes } from '@mainspring/resource'
import { operationsCodes } from './operations/codes.ts'
import { createOperationsRoutes, OPERATIONS } from './operations/routes.ts'
import type { Service } from './service.ts'

/** Of this code. */
export const VERSION: string = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')).version

/** What a process of these services is called. */
export const ABOUT = { title: 'Mainspring', version: VERSION }

/** What the document of a process says besides its routes. */
export const describeProcess = (services: readonly Service[]): Pick<Described, 'codes' | 'info'> => ({
  codes: [dataCodes, eventCodes, resourceCodes, operationsCodes, mediaCodes, ...services.map(({ codes }) => codes)],
  info: { ...ABOUT, services: [...services.map(({ name, description }) => ({ name, description })), OPERATIONS] },
})

/** The OpenAPI document as a process of these services serves it. Nothing is opened, connected or started for it. */
export function describeServices(services: readonly Service[]): OpenApi {
  return describeServer({
    routes: services.flatMap((service) => service.resources.flatMap((resource) => resource.routes(runtimeOf(service)))),
    kernel_routes: createOperationsRoutes([], tokens),
    ...describeProcess(services),
  })
}

const tokens = createPageTokens(randomBytes(32))

/** What routes are made with; whoever only describes them calls none. */
const runtimeOf = ({ name }: Service): Runtime => ({
  service: name,
  database: {} as Database,
  clock: systemClock,
  tokens,
  ports: {},
  abilitiesOf: () => ({}),
  follow: () => Promise.reject(new Error('Nothing runs here.')),
  cacheOf: () => noCache,
})
