// Ends with 0 when a Docker engine answers here, with or without a docker client; else says why not and ends with 1. usage: node scripts/lib/docker-engine.mjs
import { existsSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'

const fail = reason => { console.error(reason); process.exit(1) }
const places = ['/var/run/docker.sock', process.env.XDG_RUNTIME_DIR && join(process.env.XDG_RUNTIME_DIR, 'docker.sock')].filter(Boolean)
const address = process.env.DOCKER_HOST || (socket => socket && `unix://${socket}`)(places.find(existsSync))
if (!address) fail('no Docker engine is set up here (no DOCKER_HOST and no socket)')

let url
try { url = new URL(address) } catch { fail(`DOCKER_HOST is not an address: ${address}`) }
// With TLS a client certificate is asked for; that the engine wants one is answer enough.
const tls = Boolean(process.env.DOCKER_TLS_VERIFY)
const target = url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || (tls ? 2376 : 2375), rejectUnauthorized: false }
const request = (tls && url.protocol !== 'unix:' ? https : http).get({ ...target, path: '/_ping', timeout: 5000 }, answer => process.exit(answer.statusCode < 500 ? 0 : 1))
request.on('timeout', () => fail(`the Docker engine at ${address} does not answer within 5 s`))
request.on('error', fault => tls && /certificate|handshake|alert/i.test(fault.message) ? process.exit(0) : fail(`the Docker engine at ${address} does not answer: ${fault.message}`))
