/** Has a browser save the body as a file of this name (RFC 6266); one that knows no Unicode sees `_` for what is not ASCII. */
export function dispositionOf(file_name: string): string {
  const plain = file_name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = plain === file_name ? '' : `; filename*=UTF-8''${encode(file_name)}`
  return `attachment; filename="${plain}"${encoded}`
}

/** RFC 8187 leaves fewer signs as they are than the platform does. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
