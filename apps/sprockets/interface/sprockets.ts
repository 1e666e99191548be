import { everyMethod, resource } from '@mainspring/resource'
import { Sprocket } from '../entities/sprocket.ts'

export const sprockets = resource(Sprocket, everyMethod)
