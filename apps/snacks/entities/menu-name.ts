import { text } from '@mainspring/core'

/** What something on the menu is called. Case and outer spaces tell no two apart. */
export const menuName = (example: string) =>
  text({
    min: 1,
    max: 200,
    unique: true,
    folded: true,
    filter: true,
    order: true,
    example,
    description: 'Unique, whatever its case.',
  })
