import { everyMethod, resource } from '@mainspring/resource'
import { Asset } from '../entities/asset.ts'

export const assets = resource(Asset, everyMethod)
