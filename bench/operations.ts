/** What is asked of a server. */
export const operations = {
  get: 'GET one',
  list: 'list of 20',
  'list-uncached': 'list of 20 that nobody has kept',
  query: 'list of 20, filter and order',
  create: 'create',
  'create-keyed': 'create with Idempotency-Key',
  patch: 'PATCH with If-Match',
  'batch-create': 'create 100 in a batch',
} as const

export type OperationName = keyof typeof operations

export const operationNames = Object.keys(operations) as readonly OperationName[]

/** What a resource is asked whose answers nobody keeps. */
export const standardOperations = operationNames.filter((name) => name !== 'list-uncached')

export const isWrite = (name: OperationName): boolean => !['get', 'list', 'list-uncached', 'query'].includes(name)

export const isOperation = (name: string): name is OperationName => Object.hasOwn(operations, name)

/** One of these takes so long that those under way when a turn ends would weigh much: it gets fewer connections and more time. */
export const isLong = (name: OperationName): boolean => name === 'batch-create'
