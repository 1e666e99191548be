import { type AppError, invalid, type Spool } from '@mainspring/core'
import { createDecoder, type DecodingLimits, defaultDecodingLimits } from './decoder.ts'
import { detectFormat } from './formats.ts'
import type { Rendition } from './rendition.ts'
import { findRendition, keepRendition } from './store.ts'

/** Keeps pictures that were uploaded. */
export interface Media {
  /**
   * Tells a picture by its content, encodes it anew as WebP with thumbnails, and keeps it. Resolves to its path, the same for
   * the same upload: `/media/ab/cdef….webp`, beside which are `…-160.webp` and `…-480.webp`. Throws `mediaCodes`, and has kept
   * nothing then. It takes long and is no part of a unit of work: one that is undone leaves a picture that nobody refers to.
   */
  readonly keepPicture: (upload: Spool) => Promise<string>
  /** The path of a picture that is kept already, found as `keepPicture` would; nothing is kept. */
  readonly findPicture: (upload: Spool) => Promise<string | undefined>
}

/** Makes the media of a folder, which is made when there is something to keep. */
export function createMedia(folder: string, limits: Partial<DecodingLimits> = {}): Media {
  const decode = createDecoder({ ...defaultDecodingLimits, ...limits })

  async function render(upload: Spool): Promise<Rendition> {
    for await (const head of upload.open()) {
      if (detectFormat(head) === undefined) throw unsupported()
      break
    }
    return decode(async () => Buffer.concat(await Array.fromAsync(upload.open())))
  }

  return {
    keepPicture: async (upload) => keepRendition(folder, await render(upload)),
    findPicture: async (upload) => findRendition(folder, await render(upload)),
  }
}

const unsupported = (): AppError =>
  invalid('picture_unsupported', { detail: 'By its content this is no JPEG, PNG or WebP picture.' })
