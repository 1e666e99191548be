import { budget } from '@mainspring/budget/app'
import { rentals } from '@mainspring/rentals/app'
import type { Service } from '@mainspring/service'
import { snacks } from '@mainspring/snacks/app'
import { sprockets } from '@mainspring/sprockets/app'

/** Every service of this house. A new one is a folder beside the others and a line here: `make new-service`. */
export const services: readonly Service[] = [budget, rentals, sprockets, snacks]
