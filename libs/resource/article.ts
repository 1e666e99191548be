/** A noun with its article, for the document: `an order`, `a user`. */
export const withArticle = (noun: string): string => (SOUNDS_OPEN.test(noun) ? `an ${noun}` : `a ${noun}`)

/** By sound, not by letter: a unit and a user begin as `you` does. */
const SOUNDS_OPEN = /^(?!eu|one|u[ns][aeiu])[aeiou]/
