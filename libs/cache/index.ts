export type { Cache } from './cache.ts'
export { type Caches, openCaches } from './caches.ts'
