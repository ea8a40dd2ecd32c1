// Writes clients/typescript/src/schema.ts, the types of the TypeScript client, from docs/openapi.json.
// usage: client-types.mjs [--check]     --check writes nothing and fails when the file differs
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const folder = join(root, 'clients', 'typescript')
// A CommonJS build: its default is its exports.
const library = createRequire(join(folder, 'package.json'))('openapi-typescript')
const { default: openapiTS, astToString } = library

const document = JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8'))
const nodes = await openapiTS(document, { rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true })
const wanted = `// By scripts/lib/client-types.mjs from docs/openapi.json; do not edit.\n\n${astToString(nodes)}`
const file = join(folder, 'src', 'schema.ts')
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== wanted) {
    console.error('clients/typescript/src/schema.ts differs from docs/openapi.json; run node scripts/lib/client-types.mjs')
    process.exit(1)
  }
} else {
  writeFileSync(file, wanted)
  console.log(`${wanted.split('\n').length} lines written`)
}
