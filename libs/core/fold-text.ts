/**
 * Makes texts that people take for the same into the same: canonical composition (NFC), full case folding (ß is ss, a
 * final ς is σ, Kelvin's K is k), every run of white space one space, none at the ends. Locale-free, so ı, I and i are
 * one, but İ is an i with a dot. Accents stay. A character becomes three at most. It is done here and not in a database,
 * so that all engines agree; what is folded is for comparing, not for showing. The Unicode version is the platform's.
 */
export const foldText = (text: string): string =>
  foldCase(text.normalize('NFD'))
    .replaceAll('ς', 'σ')
    .split(/[\s\u0085]+/)
    .filter((word) => word !== '')
    .join(' ')
    .normalize('NFC')

/** Lower case first, because ẞ is its own upper case; ß has a longer one. */
const foldCase = (text: string): string => text.toLowerCase().toUpperCase().toLowerCase()
