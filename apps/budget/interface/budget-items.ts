import { object } from '@mainspring/core'
import { action, everyMethod, read, resource } from '@mainspring/resource'
import { BudgetItem } from '../entities/budget-item.ts'
import { createItems, newItemFields, updateItem } from '../services/item-service.ts'
import { checkSheet, exportItems, importCounts, importItems } from '../services/item-sheets.ts'
import { summarize, summary, summaryQuery } from '../services/summary.ts'
import { deleteItem } from '../services/writes.ts'

const partyErrors = ['payee_ambiguous', 'same_party']

export const budgetItems = resource(BudgetItem, {
  ...everyMethod,
  create: { body: object(newItemFields), handleMany: createItems, errors: partyErrors },
  update: { handle: updateItem, errors: partyErrors },
  delete: { handle: deleteItem },
  custom: {
    summarize: read(summarize, {
      collection: true,
      query: summaryQuery,
      reply: summary,
      summary: 'Sum up by month, category or payee',
      description:
        'Exact sums of what came in and what went out, in one currency: items in several are refused, and so is a sum that JSON cannot carry exactly.',
      errors: ['mixed_currencies', 'sum_too_large', 'too_many_groups'],
    }),
    export: read(exportItems, {
      collection: true,
      reply: { content_type: 'text/csv; charset=utf-8; header=present', file_name: 'budget-items.csv' },
      summary: 'Write all items as CSV',
      description:
        'In order of creation, payees by id. What a spreadsheet would run as a formula has an apostrophe in front. Importing it again changes nothing.',
    }),
    import: action(importItems, {
      collection: true,
      upload: 'text/csv',
      alone: true,
      prepare: checkSheet,
      seconds: 600,
      reply: object(importCounts),
      summary: 'Make and replace items from CSV, all or nothing',
      description: `UTF-8, a header first, at most 250,000 rows. Columns are those of an export, in any order; payor_name and payee_name may stand in place of the ids. item, amount_minor and currency_code are needed, and an empty cell is an absent value. A row whose id is there replaces that item as PUT does; any other makes one. An error names line and column, up to 100 at once.

    item,amount_minor,currency_code,payor_name,payee_name
    Bread,480,EUR,Miller household,Village butcher`,
      errors: ['invalid_csv', 'reference_not_found', ...partyErrors],
    }),
  },
})
