import { oneOf } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** The kinds of containers there are. */
export const ASSET_TYPES = ['3-compartment', 'clamshell', 'large-bowl', 'small-bowl', 'mug'] as const
export type AssetType = (typeof ASSET_TYPES)[number]

/** Types of which one may come back for another. */
const KINDS: readonly (readonly AssetType[])[] = [['3-compartment', 'clamshell'], ['large-bowl', 'small-bowl'], ['mug']]

/** What may come back for a container of this type. */
export const eligibleTypesFor = (type: AssetType): readonly AssetType[] =>
  KINDS.find((kind) => kind.includes(type)) ?? [type]

/** A container. */
export const Asset = entity(
  'assets',
  'asset',
  {
    asset_type: oneOf(ASSET_TYPES, { filter: true, example: 'clamshell' }),
    state: oneOf(['AVAILABLE', 'OUT'], {
      default: 'AVAILABLE',
      output_only: true,
      filter: true,
      description: 'OUT from its checkout until it is scanned itself.',
    }),
  },
  { description: 'A reusable container.' },
)
export interface Asset extends Row<typeof Asset> {}
