import { type AppError, invalid } from '@mainspring/core'

/** What is wrong with a filter, and where: `position` counts code points from 0. */
export const invalidFilter = (
  position: number,
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
): AppError =>
  invalid('invalid_filter', { field: 'filter', position, detail: `At position ${position}: ${detail}`, ...members })

/** A piece of the filter, fit for a sentence: cut if it is long, and Unicode whatever was sent. */
export function quote(text: string): string {
  const points = [...text.toWellFormed()]
  return points.length > 40 ? `${points.slice(0, 40).join('')}…` : points.join('')
}
