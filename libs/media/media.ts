import { type AppError, invalid, type Spool } from '@mainspring/core'
import { createDecoder, type DecodingLimits, defaultDecodingLimits } from './decoder.ts'
import { detectFormat } from './formats.ts'
import { keepRendition } from './store.ts'

/** Keeps pictures that were uploaded. */
export interface Media {
  /**
   * Tells a picture by its content, encodes it anew as WebP with thumbnails, and keeps it. Resolves to its path, the same for
   * the same upload: `/media/ab/cdef….webp`, beside which are `…-160.webp` and `…-480.webp`. Throws `mediaCodes`, and has kept
   * nothing then. It takes long and is no part of a unit of work: one that is undone leaves a picture that nobody refers to.
   */
  readonly keepPicture: (upload: Spool) => Promise<string>
}

/** Makes the media of a folder, which is made when there is something to keep. */
export function createMedia(folder: string, limits: Partial<DecodingLimits> = {}): Media {
  const decode = createDecoder({ ...defaultDecodingLimits, ...limits })
  return {
    async keepPicture(upload) {
      for await (const head of upload.open()) {
        if (detectFormat(head) === undefined) throw unsupported()
        break
      }
      const rendition = await decode(async () => Buffer.concat(await Array.fromAsync(upload.open())))
      return keepRendition(folder, rendition)
    },
  }
}

const unsupported = (): AppError =>
  invalid('picture_unsupported', { detail: 'By its content this is no JPEG, PNG or WebP picture.' })
