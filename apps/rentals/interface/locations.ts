import { everyMethod, resource } from '@mainspring/resource'
import { Location } from '../entities/location.ts'

export const locations = resource(Location, everyMethod)
