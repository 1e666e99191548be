/** Whether an `If-None-Match` header covers this entity tag: weak comparison (RFC 9110, sections 8.8.3.2 and 13.1.2). */
export function matchesTag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return header.matchAll(/"[^"]*"/g).some(([tag]) => tag === opaque)
}

/** Whether a `Prefer` header asks for no more than the outcome: `return=minimal` (RFC 7240). The first `return` counts. */
export function prefersMinimal(header: string): boolean {
  const preference = /(?:^|[,;])\s*return\s*=\s*"?(\w+)/i.exec(header)
  return preference?.[1]?.toLowerCase() === 'minimal'
}
