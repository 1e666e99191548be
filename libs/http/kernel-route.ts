import type { Reply, Request, Route } from './route.ts'

/** A public GET of the kernel's own: served like any other route, described nowhere but here. */
export function kernelRoute(path: string, summary: string, handle: (request: Request) => Promise<Reply>): Route {
  return { method: 'GET', path, operation: { id: path, summary, tag: 'kernel' }, scope: 'public', replies: [], handle }
}
