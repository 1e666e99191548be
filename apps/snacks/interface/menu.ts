import { answerCache } from '@mainspring/resource'
import { MenuChanged } from '../events.ts'

/** What is read of the menu, until it changes. */
export const menu = answerCache('menu', [MenuChanged])

/** Everybody may read it. */
export const publicReads = ['list', 'get', 'batchGet'] as const
