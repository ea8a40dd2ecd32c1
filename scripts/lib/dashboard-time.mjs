// How long it takes from `scripts/demo` on an empty home to the first settlement on a page of the dashboard: Postgres, chain, escrow and services start, a member signs in by the printed
// link, and the list of settlements is asked for until it has a row. The programs are built before. usage: node scripts/lib/dashboard-time.mjs [RUNS]     prints each run and the median, seconds
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const longest = 180_000
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

// What a browser does with the link: its form, and the cookies of the answer.
async function signIn(link) {
  const form = await fetch(link)
  const cookies = new Map()
  const keep = (response) => response.headers.getSetCookie().forEach((one) => cookies.set(one.split('=')[0], one.split(';')[0]))
  keep(form)
  const token = /name="__RequestVerificationToken"[^>]*value="([^"]+)"/.exec(await form.text())?.[1]
  const answer = await fetch(link, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ __RequestVerificationToken: token ?? '' }),
    headers: { cookie: [...cookies.values()].join('; '), origin: new URL(link).origin },
  })
  keep(answer)
  if (answer.status !== 302) throw new Error(`sign-in: ${answer.status}`)
  return [...cookies.values()].join('; ')
}

async function run() {
  const home = mkdtempSync(join(tmpdir(), 'keystone-time-'))
  // As root, Postgres runs as a user without rights, who has to read its programs there.
  chmodSync(home, 0o755)
  const begin = process.hrtime.bigint()
  const seconds = () => Number(process.hrtime.bigint() - begin) / 1e9
  const demo = spawn(join(root, 'scripts', 'demo'), ['--exit', '--port', '0'], { env: { ...process.env, KEYSTONE_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => demo.on('exit', resolve))
  const late = setTimeout(() => demo.kill('SIGINT'), longest)
  try {
    let link
    for await (const line of createInterface({ input: demo.stdout })) {
      link = /^platform-a .*(http:\S+)$/.exec(line)?.[1]
      if (link) break
    }
    if (!link) throw new Error('scripts/demo printed no link')
    const shown = seconds()
    // Its later lines have to be read, or it waits.
    demo.stdout.resume()
    const cookie = await signIn(link)
    const list = new URL('/app/sandbox/settlements', link)
    for (;;) {
      const page = await fetch(list, { headers: { cookie } })
      if (page.status !== 200) throw new Error(`the list: ${page.status}`)
      if (/href="\/app\/sandbox\/settlements\/[0-9a-f]{8}-/.test(await page.text())) return { shown, seen: seconds() }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    clearTimeout(late)
    demo.kill('SIGINT')
    await ended
    rmSync(home, { recursive: true, force: true })
  }
}

execFileSync(join(root, 'scripts', 'lib', 'build'), ['src/Dev', join(root, 'artifacts', 'keystone')], { stdio: 'inherit' })
const runs = []
for (let i = 0; i < Number(process.argv[2] ?? 3); i++) {
  runs.push(await run())
  console.log(`link after ${runs.at(-1).shown.toFixed(1)} s, first settlement seen after ${runs.at(-1).seen.toFixed(1)} s`)
}
const median = runs.map((one) => one.seen).sort((a, b) => a - b)[Math.floor(runs.length / 2)]
console.log(`median of ${runs.length}: ${median.toFixed(1)} s`)
