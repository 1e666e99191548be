import { resource } from '@mainspring/resource'
import { Return } from '../entities/return.ts'

export const returns = resource(Return, { list: true, get: true })
