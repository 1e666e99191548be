import { object } from '@mainspring/core'
import { action, everyMethod, read, resource } from '@mainspring/resource'
import { BudgetItem } from '../entities/budget-item.ts'
import { createItems, newItemFields, updateItem } from '../services/item-service.ts'
import { checkSheet, exportItems, importCounts, importItems } from '../services/item-sheets.ts'
import { summarize, summary, summaryQuery } from '../services/summary.ts'

const partyErrors = ['payee_ambiguous', 'same_party']

export const budgetItems = resource(BudgetItem, {
  ...everyMethod,
  create: { body: object(newItemFields), handleMany: createItems, errors: partyErrors },
  update: { handle: updateItem, errors: partyErrors },
  custom: {
    summarize: read(summarize, {
      collection: true,
      query: summaryQuery,
      reply: summary,
      summary: 'Sum up by month, category or payee',
      errors: ['mixed_currencies', 'sum_too_large', 'too_many_groups'],
    }),
    export: read(exportItems, {
      collection: true,
      reply: { content_type: 'text/csv; charset=utf-8; header=present', file_name: 'budget-items.csv' },
      summary: 'Write all items as CSV',
    }),
    import: action(importItems, {
      collection: true,
      upload: 'text/csv',
      alone: true,
      check: checkSheet,
      seconds: 600,
      reply: object(importCounts),
      summary: 'Make and replace items from CSV, all or nothing',
      errors: ['invalid_csv', 'reference_not_found', ...partyErrors],
    }),
  },
})
