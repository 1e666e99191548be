export { type Cache, noCache } from './cache.ts'
export { type Caches, openCaches } from './caches.ts'
export type { Form } from './store.ts'
