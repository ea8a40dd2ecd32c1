// The client against a running service: node test/service.mjs, with KEYSTONE_URL, KEYSTONE_CLIENT_ID, KEYSTONE_CLIENT_SECRET and two wallets in KEYSTONE_WALLETS. Ends with 0 when all holds.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { createKeystoneClient, KeystoneError, required, verifyWebhook, WebhookVerificationError } from '../dist/index.js'

const { KEYSTONE_URL: url, KEYSTONE_CLIENT_ID: clientId, KEYSTONE_CLIENT_SECRET: clientSecret } = process.env
const [seller, buyer] = process.env.KEYSTONE_WALLETS.split(' ')
const sent = []
// Lets a test stand between the client and the service: what it gives back is the answer.
let between = () => undefined
const options = {
  url, clientId, clientSecret, audience: 'https://api.keystoneos.xyz', maxDelay: 2_000,
  fetch: async (address, init) => {
    sent.push({ path: new URL(address).pathname, method: init.method, body: init.body, authorization: new Headers(init.headers).get('Authorization') })
    return await between(new URL(address).pathname) ?? await fetch(address, init)
  },
}
const client = createKeystoneClient(options)
const instruction = changes => ({
  template_id: 'dvp-single',
  timeout_at: new Date(Date.now() + 86_400_000).toISOString(),
  parties: [{ role: 'seller', external_reference: 's', wallet_address: seller }, { role: 'buyer', external_reference: 'b', wallet_address: buyer }],
  legs: [
    { leg_type: 'asset', instrument_id: 'KBOND', quantity: '1', direction: 'deliver', party_role: 'seller' },
    { leg_type: 'payment', instrument_id: 'USDC', quantity: '5', direction: 'deliver', party_role: 'buyer' },
  ],
  ...changes,
})
const calls = path => sent.filter(one => one.path === path)
const refused = async (call, status, code) => {
  const fault = await call.then(() => assert.fail('The call was not refused.'), fault => fault)
  assert.ok(fault instanceof KeystoneError, String(fault))
  assert.deepEqual([fault.status, fault.code], [status, code])
  return fault
}
const steps = {
  async 'many calls at once ask for one token'() {
    const pages = await Promise.all(Array.from({ length: 5 }, () => client.GET('/v1/settlement-templates', { params: { query: { limit: 10 } } })))
    assert.ok(required(pages[0]).items.some(template => template.slug === 'dvp-single'))
    assert.equal(calls('/oauth/token').length, 1)
  },
  async 'an instruction without a key gets one, and a lost answer makes no second settlement'() {
    let lost = 0
    between = async path => {
      if (path !== '/v1/settlements' || lost++ > 0) return undefined
      const last = sent.at(-1)
      await fetch(url + path, { method: last.method, body: last.body, headers: { Authorization: last.authorization, 'Content-Type': 'application/json' } })
      throw new TypeError('the connection broke before the answer came')
    }
    const { data: made, response } = await client.POST('/v1/settlements', { body: instruction() })
    between = () => undefined
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Idempotent-Replayed'), 'true')
    assert.deepEqual(new Set(calls('/v1/settlements').map(one => JSON.parse(one.body).idempotency_key)).size, 1)
    const read = required(await client.GET('/v1/settlements/{id}', { params: { path: { id: made.id } } }))
    assert.equal(read.id, made.id)
    const page = required(await client.GET('/v1/settlements', { params: { query: { idempotency_key: made.idempotency_key } } }))
    assert.deepEqual([page.total, page.items[0].id], [1, made.id])
    const explained = required(await client.GET('/v1/settlements/{id}/explain', { params: { path: { id: made.id } } }))
    assert.equal(typeof explained.state, 'string')
  },
  async 'a call is sent again after Retry-After, and not when that is too long'() {
    let limited = 0
    between = path => path.startsWith('/v1/settlement-templates') && limited++ === 0
      ? new Response(JSON.stringify({ code: 'rate_limited', detail: 'later', retryable: true }), { status: 429, headers: { 'Retry-After': '1', 'Content-Type': 'application/problem+json' } }) : undefined
    const began = Date.now()
    await client.GET('/v1/settlement-templates')
    assert.ok(Date.now() - began >= 1_000)
    assert.equal(limited, 2)
    between = path => path.startsWith('/v1/settlement-templates')
      ? new Response(JSON.stringify({ code: 'rate_limited', detail: 'later', retryable: true }), { status: 429, headers: { 'Retry-After': '60', 'Content-Type': 'application/problem+json' } }) : undefined
    const fault = await refused(client.GET('/v1/settlement-templates'), 429, 'rate_limited')
    assert.equal(fault.retryAfter, 60)
    between = () => undefined
  },
  async 'a token that the service does not know any more is replaced once'() {
    const before = calls('/oauth/token').length
    let seen = 0
    between = path => path.startsWith('/v1/settlement-templates') && seen++ === 0
      ? new Response(JSON.stringify({ code: 'invalid_token', detail: 'unknown key' }), { status: 401, headers: { 'Content-Type': 'application/problem+json' } }) : undefined
    await client.GET('/v1/settlement-templates')
    between = () => undefined
    assert.equal(calls('/oauth/token').length, before + 1)
  },
  async 'a refusal is a typed error with the faults of the members'() {
    const body = instruction({ legs: [{ leg_type: 'asset', instrument_id: 'usdc', quantity: '1e3', direction: 'deliver', party_role: 'seller' }] })
    const fault = await refused(client.POST('/v1/settlements', { body }), 422, 'validation_failed')
    assert.ok(fault.problem.errors.some(one => one.pointer === '/legs/0/quantity'))
    await refused(client.GET('/v1/settlements/{id}', { params: { path: { id: crypto.randomUUID() } } }), 404, 'not_found')
    await refused(createKeystoneClient({ ...options, clientSecret: 'wrong' }).GET('/v1/settlements'), 401, 'invalid_client')
  },
  async 'a signal cancels a call and its waits'() {
    const abort = new AbortController()
    between = path => {
      if (path !== '/v1/settlements') return undefined
      setTimeout(() => abort.abort(), 50)
      return new Response('', { status: 503, headers: { 'Retry-After': '2' } })
    }
    const began = Date.now()
    await assert.rejects(client.GET('/v1/settlements', { signal: abort.signal }), { name: 'AbortError' })
    assert.ok(Date.now() - began < 1_500)
    between = () => undefined
  },
  async 'a delivered webhook verifies, as it does for the library of Standard Webhooks, and a changed one does not'() {
    const received = Promise.withResolvers?.() ?? deferred()
    const receiver = createServer((request, response) => {
      const parts = []
      request.on('data', part => parts.push(part))
      request.on('end', () => {
        response.writeHead(204).end()
        received.resolve({ body: Buffer.concat(parts), headers: request.headers })
      })
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => receiver.once('listening', resolve))
    try {
      const endpoint = required(await client.POST('/v1/platforms/me/webhooks', {
        body: { url: `http://127.0.0.1:${receiver.address().port}/hooks`, events: ['settlement.state.instructed'] } }))
      const made = required(await client.POST('/v1/settlements', { body: instruction() }))
      const { body, headers } = await received.promise
      const webhook = await verifyWebhook(body, headers, endpoint.secret)
      assert.deepEqual([webhook.event, webhook.data.settlement_id], ['settlement.state.instructed', made.id])
      assert.equal(new Webhook(endpoint.secret).verify(body.toString(), headers).id, webhook.id)
      await assert.rejects(verifyWebhook(body.toString().replace('INSTRUCTED', 'FINALIZED'), headers, endpoint.secret), WebhookVerificationError)
      await assert.rejects(verifyWebhook(body, { ...headers, 'webhook-timestamp': '1' }, endpoint.secret), WebhookVerificationError)
      await assert.rejects(verifyWebhook(body, headers, `whsec_${btoa('another secret of another receiver')}`), WebhookVerificationError)
      await client.DELETE('/v1/platforms/me/webhooks/{id}', { params: { path: { id: endpoint.id } } })
    } finally {
      receiver.close()
    }
  },
}

function deferred() {
  const one = {}
  one.promise = new Promise((resolve, reject) => Object.assign(one, { resolve, reject }))
  return one
}

for (const [name, step] of Object.entries(steps)) {
  try {
    await step()
    console.log(`ok: ${name}`)
  } catch (fault) {
    console.error(`failed: ${name}\n${fault.stack}`)
    process.exit(1)
  }
}
