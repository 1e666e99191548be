/** The media types of pictures that are taken. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const

/** The most bytes of an uploaded picture. */
export const MOST_PICTURE_BYTES = 5 * 1024 * 1024

/** What a picture is encoded in, as the decoder calls it. */
export type PictureFormat = 'jpeg' | 'png' | 'webp'

/** Tells a picture's format by how it begins, whatever its name and type say; undefined of anything else. */
export function detectFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  return /^RIFF.{4}WEBP$/s.test(head) ? 'webp' : undefined
}
