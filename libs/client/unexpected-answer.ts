/**
 * What came says that all is well, but is no answer of these services: a page of a proxy or of a hotel's network, or JSON that
 * is cut.
 */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
  readonly status: number
  readonly contentType: string
  /** How it begins. */
  readonly beginning: string

  constructor({ status, headers }: Pick<Response, 'status' | 'headers'>, body: unknown, options?: ErrorOptions) {
    const contentType = headers.get('content-type') ?? 'nothing said'
    const beginning = (typeof body === 'string' ? body : (JSON.stringify(body) ?? '')).slice(0, 200)
    super(`The answer (${status}, ${contentType}) is none of the services: ${beginning || 'it is empty'}`, options)
    this.status = status
    this.contentType = contentType
    this.beginning = beginning
  }
}
