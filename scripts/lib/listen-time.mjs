// How long it takes from `keystone listen` to the first event at a receiver on this machine, against a running `keystone dev`: the program's start, its sign-in, and an instruction that
// is made when it says that it listens. usage: node scripts/lib/listen-time.mjs [RUNS]     prints each run and the median, seconds
import { spawn, execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const longest = 60_000
const keystone = join(dirname(fileURLToPath(import.meta.url)), '..', 'keystone')
const env = { ...process.env }
for (const [, name, value] of execFileSync(keystone, ['dev', 'env'], { encoding: 'utf8' }).matchAll(/^export (\w+)='(.*)'$/gm)) env[name] = value

async function instruct() {
  const json = { 'content-type': 'application/json' }
  const signIn = await fetch(`${env.KEYSTONE_URL}/oauth/token`, { method: 'POST', headers: json, body: JSON.stringify({ client_id: env.CLIENT_ID, client_secret: env.CLIENT_SECRET, grant_type: 'client_credentials' }) })
  if (!signIn.ok) throw new Error(`sign-in: ${signIn.status} ${await signIn.text()}`)
  const { access_token: token } = await signIn.json()
  const made = await fetch(`${env.KEYSTONE_URL}/v1/settlements`, { method: 'POST', headers: { ...json, authorization: `Bearer ${token}` }, body: JSON.stringify({
    idempotency_key: `listen-${process.hrtime.bigint()}`, template_slug: 'dvp-single',
    parties: [{ role: 'buyer', external_reference: 'a', wallet_address: env.BUYER_WALLET }, { role: 'seller', external_reference: 'b', wallet_address: env.SELLER_WALLET }],
    legs: [{ leg_type: 'asset', instrument_id: 'KBOND', quantity: '1', direction: 'deliver', party_role: 'seller' }, { leg_type: 'payment', instrument_id: 'USDC', quantity: '1', direction: 'deliver', party_role: 'buyer' }],
  }) })
  if (made.status !== 201) throw new Error(`instruction: ${made.status} ${await made.text()}`)
  return (await made.json()).id
}

// The events of earlier runs go on arriving: what counts is the first that names the settlement of this one, whether it comes before or after the answer to the instruction.
const once = () => new Promise((resolve, reject) => {
  const begin = process.hrtime.bigint()
  const seconds = () => Number(process.hrtime.bigint() - begin) / 1e9
  const events = []
  let listening, settlement, done = false
  const receiver = createServer((request, response) => {
    const at = seconds()
    let body = ''
    request.setEncoding('utf8').on('data', (part) => { body += part }).on('end', () => {
      response.end()
      events.push({ at, body })
      look()
    })
  }).listen(0, '127.0.0.1', () => {
    const target = `http://127.0.0.1:${receiver.address().port}/`
    listen = spawn(keystone, ['listen', '--forward-to', target, '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    listen.on('error', end)
    listen.on('exit', (status, signal) => end(new Error(`keystone listen ended: ${signal ?? status}`)))
    createInterface({ input: listen.stdout }).once('line', () => {
      listening = seconds()
      instruct().then((id) => { settlement = id; look() }, end)
    })
  })
  let listen
  const late = setTimeout(() => end(new Error(`no event of the settlement in ${longest / 1000} s`)), longest)

  function look() {
    const first = settlement && events.find((one) => one.body.includes(settlement))
    if (first) end(undefined, { listening, first: first.at })
  }

  function end(fault, result) {
    if (done) return
    done = true
    clearTimeout(late)
    listen?.kill('SIGINT')
    receiver.close()
    receiver.closeAllConnections()
    if (fault) reject(fault)
    else resolve(result)
  }
})

const runs = []
for (let run = 0; run < Number(process.argv[2] ?? 3); run++) {
  runs.push(await once())
  console.log(`listening after ${runs.at(-1).listening.toFixed(2)} s, first event after ${runs.at(-1).first.toFixed(2)} s`)
}
const median = runs.map((run) => run.first).sort((a, b) => a - b)[Math.floor(runs.length / 2)]
console.log(`median of ${runs.length}: ${median.toFixed(2)} s`)
process.exit(0)
