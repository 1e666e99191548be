import { everyMethod, resource } from '@mainspring/resource'
import { User } from '../entities/user.ts'

export const users = resource(User, everyMethod)
