import createClient, { type Client } from 'openapi-fetch'
import { KeystoneError } from './errors.js'
import type { paths } from './schema.js'
import { TokenCache } from './tokens.js'

/** Address and credential with which a client calls the API. */
export interface KeystoneClientOptions {
  /** URL of the API, for example `https://api.keystoneos.xyz`. */
  url: string
  /** URL of the host that issues tokens; the same as `url` when left out. */
  authUrl?: string
  clientId: string
  clientSecret: string
  /** Audience to request tokens for; the server's default when left out. */
  audience?: string
  /** Most attempts of one call, the first included; 4 when left out. A call is sent again only where a repeat changes nothing. */
  attempts?: number
  /** Longest wait before a repeat, milliseconds; 30,000 when left out. A longer `Retry-After` ends the call. */
  maxDelay?: number
  /** What sends requests; the platform's `fetch` when left out. */
  fetch?: typeof globalThis.fetch
}

/** Calls by method and path, typed from the OpenAPI document: `client.GET('/v1/settlements/{id}', { params: { path: { id } } })`. */
export type KeystoneClient = Client<paths, 'application/json'>

// What may be sent again without another effect: reads, changes to a named value, and what is said of settlements: an instruction carries its key, and the first answer of a party stays.
const repeatable = (method: string, path: string) => method === 'GET' || method === 'HEAD' || method === 'PATCH' || (method === 'POST' && /^\/v1\/(settlements|instructions|instruments)(\/|$)/.test(path))

/**
 * A client for one credential. It asks for a token when it needs one, waits as `Retry-After` says, gives a settlement or an instruction a key when it has none, and throws a
 * {@link KeystoneError} when the API refuses. `signal` of a call cancels it, waits included.
 */
export function createKeystoneClient(options: KeystoneClientOptions): KeystoneClient {
  const attempts = options.attempts ?? 4
  const maxDelay = options.maxDelay ?? 30_000
  const send = options.fetch ?? globalThis.fetch
  const tokens = new TokenCache(async signal => {
    const response = await send(new URL('/oauth/token', options.authUrl ?? options.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials', client_id: options.clientId, client_secret: options.clientSecret, audience: options.audience }),
      ...(signal ? { signal } : {}),
    })
    if (!response.ok) throw await KeystoneError.of(response)
    return await response.json() as { access_token: string, expires_in: number }
  })

  async function call(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname
    const body = request.body === null ? undefined : keyed(path, request.method, await request.text())
    const again = repeatable(request.method, path)
    const signedIn = path.startsWith('/v1/')
    let renewed = false
    for (let attempt = 1; ; attempt++) {
      const token = signedIn ? await tokens.get(request.signal) : undefined
      const headers = new Headers(request.headers)
      if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
      let response: Response
      try {
        response = await send(request.url, { method: request.method, headers, signal: request.signal, ...(body === undefined ? {} : { body }) })
      } catch (fault) {
        if (request.signal.aborted || !again || attempt >= attempts) throw fault
        await pause(backoff(attempt), request.signal)
        continue
      }
      if (response.ok) return response
      const fault = await KeystoneError.of(response)
      if (fault.status === 401 && token !== undefined && !renewed) {
        // A key of the server or the credential was changed: one new token, then the refusal is final.
        renewed = true
        tokens.forget(token)
        continue
      }
      // A 429 has done nothing; of the others only a call that may be repeated is sent again.
      const retry = fault.status === 429 || (again && (fault.problem?.retryable ?? fault.status >= 502))
      const delay = fault.retryAfter === undefined ? backoff(attempt) : fault.retryAfter * 1_000
      if (!retry || attempt >= attempts || delay > maxDelay) throw fault
      await pause(delay, request.signal)
    }
  }

  return createClient<paths, 'application/json'>({ baseUrl: options.url, fetch: call })
}

/** A new key for an instruction: the same key with the same contents makes one settlement. */
export const idempotencyKey = (): string => globalThis.crypto.randomUUID()

/** The data of an answer that succeeded and has some. */
export function required<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw new TypeError('The answer has no body.')
  return answer.data
}

// Before the first attempt, so that its own repeats make no second settlement.
function keyed(path: string, method: string, body: string): string {
  if (method !== 'POST' || (path !== '/v1/settlements' && path !== '/v1/instructions')) return body
  const instruction = JSON.parse(body) as { idempotency_key?: string }
  return instruction.idempotency_key ? body : JSON.stringify({ ...instruction, idempotency_key: idempotencyKey() })
}

const backoff = (attempt: number) => 500 * 2 ** (attempt - 1)

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const aborted = () => { clearTimeout(timer); reject(signal.reason) }
    const timer = setTimeout(() => { signal.removeEventListener('abort', aborted); resolve() }, milliseconds)
    signal.addEventListener('abort', aborted, { once: true })
  })
}
