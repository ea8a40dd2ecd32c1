// Checks docs/openapi.json: a linter finds it valid as OpenAPI 3.1 with valid examples, and the client's records are made from it.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url)), root = join(here, '..', '..')
const steps = [
  [join(root, 'node_modules', '.bin', 'redocly'), 'lint', 'docs/openapi.json', '--config', 'scripts/lib/redocly.yaml', '--max-problems', '50'],
  [process.execPath, join(here, 'client-models.mjs'), '--check'],
]
for (const [command, ...args] of steps) {
  const { status, error } = spawnSync(command, args, {
    cwd: root, stdio: 'inherit', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  })
  if (error) console.error(error.message)
  if (status !== 0) process.exit(1)
}
