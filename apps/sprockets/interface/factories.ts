import { action, read, resource } from '@mainspring/resource'
import { chartFields, Factory } from '../entities/factory.ts'
import { appendSamples, chartFactory, createFactories } from '../services/factory-service.ts'

export const factories = resource(Factory, {
  list: true,
  get: true,
  create: { handleMany: createFactories },
  batchGet: true,
  batchCreate: true,
  custom: {
    append: action(appendSamples, {
      body: chartFields,
      summary: 'Add samples to a factory',
      errors: ['time_taken', 'too_many_samples'],
    }),
    chart: read(chartFactory, {
      reply: { content_type: 'image/svg+xml' },
      summary: 'Draw production against goal',
    }),
  },
})
