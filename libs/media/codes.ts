import type { ErrorCodes } from '@mainspring/core'

/** What may be wrong with a picture, for the services that take some. */
export const mediaCodes = {
  picture_unsupported: { kind: 'invalid', status: 415, title: 'This is no JPEG, PNG or WebP picture.' },
  picture_damaged: { kind: 'invalid', title: 'The picture is damaged or cut off.' },
  picture_too_large: { kind: 'invalid', status: 413, title: 'The picture has too many pixels.' },
  picture_too_slow: { kind: 'invalid', title: 'The picture takes too long to decode.' },
  media_busy: { kind: 'unavailable', title: 'Too many pictures wait to be decoded.' },
} satisfies ErrorCodes
