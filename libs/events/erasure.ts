/** The type of events whose content was erased: nobody listens to it, and nobody is given it. */
export const ERASED = 'mainspring.erased'
