#!/usr/bin/env node
// Unpacks the Chromium of the npm package @sparticuz/chromium, which needs no root, and prints the path of a program that starts it.
// usage: node scripts/lib/chromium.mjs
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { brotliDecompressSync } from 'node:zlib';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const source = join(root, 'node_modules/@sparticuz/chromium');
if (!existsSync(join(source, 'bin/chromium.br'))) {
  console.error('chromium: the npm package @sparticuz/chromium is not installed; run scripts/lib/setup.');
  process.exit(1);
}
const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const home = join(process.env.KEYSTONE_HOME ?? join(root, '.keystone'), 'chromium');
const folder = join(home, version), program = join(folder, 'chromium.sh');
if (!existsSync(program)) {
  // Beside its place, so that nobody finds half of it.
  mkdirSync(home, { recursive: true });
  const made = mkdtempSync(join(home, 'unpacking-'));
  for (const name of ['chromium', 'al2023.tar', 'swiftshader.tar', 'fonts.tar']) writeFileSync(join(made, name), brotliDecompressSync(readFileSync(join(source, 'bin', `${name}.br`))));
  for (const name of ['al2023.tar', 'swiftshader.tar', 'fonts.tar']) {
    const tar = spawnSync('tar', ['xf', name], { cwd: made, stdio: 'inherit' });
    if (tar.status !== 0) process.exit(1);
    rmSync(join(made, name));
  }
  chmodSync(join(made, 'chromium'), 0o755);
  // What the machine has goes first; the package's libraries fill the gaps.
  writeFileSync(join(made, 'chromium.sh'), '#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/chromium" "$@"\n', { mode: 0o755 });
  try {
    renameSync(made, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  }
}
console.log(program);
