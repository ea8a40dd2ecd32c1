#!/usr/bin/env node
// Finds a native file that npm installed, or names the platform that has none. Table: native.json, read by src/Dev.Servers too.
// usage: native.mjs forge|cast|anvil|postgres      prints the absolute path
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Absolute path of a native file or folder; throws with one sentence when there is none. */
export function nativeFile(name) {
  const table = JSON.parse(fs.readFileSync(path.join(root, 'scripts/lib/native.json'), 'utf8'));
  const platform = `${process.platform}-${process.arch}`;
  const files = table[platform];
  if (!files) throw new Error(`no native files are pinned for ${platform}; supported: ${Object.keys(table).join(', ')}.`);
  if (!files[name]) throw new Error(`"${name}" is not a native file; known: ${Object.keys(files).join(', ')}.`);
  const file = path.join(root, files[name]);
  if (!fs.existsSync(file)) throw new Error(`${files[name]} is missing; run scripts/lib/setup.`);
  return file;
}

// Also through a symbolic link to this folder.
if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(nativeFile(process.argv[2]));
  } catch (error) {
    console.error(`native: ${error.message}`);
    process.exit(1);
  }
}
