/** Headers of a webhook, as `Headers` or as a record with names in lower case (as Node gives them). */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>

/** A webhook: the envelope is the same for all, `data` is the event's. */
export interface KeystoneWebhook<T = Record<string, unknown>> {
  event: string
  type: string
  /** Delivery is at least once: a repetition has the same id. */
  id: string
  timestamp: string
  sequence: number
  api_version: string
  data: T
}

/** A webhook that does not come from the holder of the secret, or not now. */
export class WebhookVerificationError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'WebhookVerificationError'
  }
}

const prefix = 'whsec_'
const encoder = new TextEncoder()

/**
 * Verifies a webhook and parses it. Give it the raw bytes or text of the body, not a copy that was parsed and written again. Standard Webhooks 1.0 (`webhook-signature`) for secrets
 * that the API made; for a secret of your own in another form, `X-Keystone-Signature`, which covers no time.
 * @param secret The whole secret as the API gave it.
 * @param toleranceSeconds How old, or how far ahead, a timestamp may be.
 * @throws WebhookVerificationError
 */
export async function verifyWebhook<T = Record<string, unknown>>(
  body: Uint8Array | string, headers: WebhookHeaders, secret: string, toleranceSeconds = 300): Promise<KeystoneWebhook<T>> {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  if (secret.startsWith(prefix)) await verifyStandard(bytes, headers, secret, toleranceSeconds)
  else await verifyKeystone(bytes, headers, secret)
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as KeystoneWebhook<T>
}

async function verifyStandard(body: Uint8Array, headers: WebhookHeaders, secret: string, tolerance: number): Promise<void> {
  const id = header(headers, 'webhook-id'), timestamp = header(headers, 'webhook-timestamp'), signatures = header(headers, 'webhook-signature')
  if (id === undefined || timestamp === undefined || signatures === undefined) throw new WebhookVerificationError('The headers webhook-id, webhook-timestamp and webhook-signature are needed.')
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError('webhook-timestamp is no number of seconds.')
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > tolerance) throw new WebhookVerificationError('webhook-timestamp is too old or too new.')
  const signed = encoder.encode(`${id}.${timestamp}.`)
  const content = new Uint8Array(signed.length + body.length)
  content.set(signed)
  content.set(body, signed.length)
  const expected = `v1,${base64(await hmac(Uint8Array.from(atob(secret.slice(prefix.length)), character => character.charCodeAt(0)), content))}`
  // All entries are compared, whichever fits: after a rotation there are two.
  let good = false
  for (const entry of signatures.split(' ')) good = equal(entry, expected) || good
  if (!good) throw new WebhookVerificationError('No entry of webhook-signature fits the secret.')
}

async function verifyKeystone(body: Uint8Array, headers: WebhookHeaders, secret: string): Promise<void> {
  const signature = header(headers, 'x-keystone-signature')
  const expected = Array.from(await hmac(encoder.encode(secret), body), byte => byte.toString(16).padStart(2, '0')).join('')
  if (signature === undefined || !equal(signature, expected)) throw new WebhookVerificationError('X-Keystone-Signature does not fit the secret.')
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const value = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return Array.isArray(value) ? value[0] : value
}

async function hmac(key: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  const imported = await globalThis.crypto.subtle.importKey('raw', key as BufferSource, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await globalThis.crypto.subtle.sign('HMAC', imported, content as BufferSource))
}

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

// Takes as long for a wrong first character as for a wrong last one.
function equal(one: string, other: string): boolean {
  let different = one.length ^ other.length
  for (let i = 0; i < other.length; i++) different |= (one.charCodeAt(i) || 0) ^ other.charCodeAt(i)
  return different === 0
}
