import type { Problem } from './schema.js'

export type { Problem }

/** The API refused a call. */
export class KeystoneError extends Error {
  /** HTTP status. */
  readonly status: number
  /** Stable name of the error; of the token endpoint, its `error`. */
  readonly code: string
  /** The problem document; absent when the answer had none, as of the token endpoint or of a proxy in between. */
  readonly problem: Problem | undefined
  /** Seconds that the server asked to wait; absent when it asked for none. */
  readonly retryAfter: number | undefined

  constructor(status: number, code: string, detail: string, problem?: Problem, retryAfter?: number) {
    super(`${status} ${code}: ${detail}`)
    this.name = 'KeystoneError'
    this.status = status
    this.code = code
    this.problem = problem
    this.retryAfter = retryAfter
  }

  /** Reads the error of an answer. */
  static async of(response: Response): Promise<KeystoneError> {
    const header = response.headers.get('Retry-After')
    const seconds = header === null ? undefined : /^\d+$/.test(header) ? Number(header) : Math.max(0, (Date.parse(header) - Date.now()) / 1000)
    const retryAfter = seconds === undefined || Number.isNaN(seconds) ? undefined : seconds
    const type = response.headers.get('Content-Type')?.split(';')[0]?.trim()
    if (type === 'application/problem+json' || type === 'application/json') {
      const body = await response.json().catch(() => undefined) as Partial<Problem> & { error?: string, error_description?: string } | undefined
      if (typeof body?.code === 'string') return new KeystoneError(response.status, body.code, body.detail ?? '', body as Problem, retryAfter)
      if (typeof body?.error === 'string') return new KeystoneError(response.status, body.error, body.error_description ?? '', undefined, retryAfter)
    }
    // Not from the API but from something in between: the status says enough.
    return new KeystoneError(response.status, `http_${response.status}`, `${response.statusText}, without a problem document.`, undefined, retryAfter)
  }
}
