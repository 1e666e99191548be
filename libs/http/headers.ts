/**
 * Headers of every answer, as the OWASP cheat sheet for REST wants them; a route may replace one. What an API sends is
 * never to be framed, sniffed, or run. Constants, since asking a middleware on each request costs more than many a route.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
}
