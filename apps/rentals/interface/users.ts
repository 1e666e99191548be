import { everyMethod, resource } from '@mainspring/resource'
import { User } from '../entities/user.ts'
import { deleteUser } from '../services/user-service.ts'

export const users = resource(User, { ...everyMethod, delete: { handle: deleteUser } })
