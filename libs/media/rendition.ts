/** Widths of the thumbnails of each picture; a narrower one is as wide as its picture. */
export const THUMBNAIL_WIDTHS = [160, 480] as const

/** A picture as it is kept. */
export interface Rendition {
  readonly picture: Uint8Array
  /** In the order of `THUMBNAIL_WIDTHS`. */
  readonly thumbnails: readonly Uint8Array[]
}

/** What is asked of the program that decodes. */
export interface DecodingRequest {
  readonly bytes: Uint8Array
  readonly most_pixels: number
}

/** What it says. */
export type DecodingAnswer =
  | { readonly rendition: Rendition }
  | { readonly problem: 'too_large'; readonly width: number; readonly height: number }
  | { readonly problem: 'damaged'; readonly reason: string }
