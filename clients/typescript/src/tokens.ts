/** One access token, asked for when the first call needs it and again a minute before it expires. Calls at the same time share one request. */
export class TokenCache {
  static readonly #margin = 60_000

  readonly #ask: (signal?: AbortSignal) => Promise<{ access_token: string, expires_in: number }>
  #token: string | undefined
  #until = 0
  #asking: Promise<string> | undefined

  constructor(ask: (signal?: AbortSignal) => Promise<{ access_token: string, expires_in: number }>) {
    this.#ask = ask
  }

  /** A token that is valid for another minute. */
  async get(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    if (this.#token !== undefined && Date.now() < this.#until) return this.#token
    // Without the signal of one caller: the others wait for the same request.
    this.#asking ??= this.#renew().finally(() => { this.#asking = undefined })
    return await this.#asking
  }

  /** Forgets a token that the API refused, unless another call has replaced it already. */
  forget(token: string): void {
    if (this.#token === token) this.#token = undefined
  }

  async #renew(): Promise<string> {
    const issued = await this.#ask()
    this.#token = issued.access_token
    this.#until = Date.now() + issued.expires_in * 1_000 - TokenCache.#margin
    return issued.access_token
  }
}
