export * from './engine.ts'
export * from './entity.ts'
export * from './table.ts'
