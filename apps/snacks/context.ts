import type { Media } from '@mainspring/media'

/** Where pictures of pizzas are kept. */
export interface Pictures {
  readonly media: Media
}
