/** Has a browser save the body as a file of this name (RFC 6266), which those that know no Unicode see with `_` for the rest. */
export function dispositionOf(file_name: string): string {
  const plain = file_name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  if (plain === file_name) return `attachment; filename="${plain}"`
  const encoded = encodeURIComponent(file_name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
