import { listener, type Writes } from '@mainspring/events'
import { OrderStateChanged } from '@mainspring/snacks/events'
import type { BudgetWrites } from '../context.ts'
import { type Bookkeeping, bookOrder, reverseOrder } from '../services/bookkeeping.ts'

type Needs = Writes & Pick<BudgetWrites, 'locality'> & { readonly bookkeeping: Bookkeeping | null }

/** Keeps the books of a pizza shop, if it is told to: an order that is delivered is income, until it is refunded. */
export const bookOrders = listener({
  name: 'budget.book_orders',
  event: OrderStateChanged,
  async handle(needs: Needs, { data }) {
    const { bookkeeping } = needs
    if (!bookkeeping) return
    if (data.state === 'DELIVERED') await bookOrder(needs, bookkeeping, data)
    if (data.state === 'REFUNDED') await reverseOrder(needs, bookkeeping, data)
  },
})
