import { resource } from '@mainspring/resource'
import { ReturnCount } from '../entities/return-count.ts'

export const returnCounts = resource(ReturnCount, { list: true, get: true })
