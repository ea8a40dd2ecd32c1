// What several tools of the contracts share: the root of the repository, sources with their imports, signatures, and files that are written or compared.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The ABI type of a parameter; a struct is the list of its members' types. */
export const abiType = ({ type, components }) => (components ? type.replace('tuple', `(${components.map(abiType).join(',')})`) : type);

/** The signature of a function, event or error, of which its selector is the hash. */
export const signatureOf = ({ name, inputs }) => `${name}(${inputs.map(abiType).join(',')})`;

/**
 * A Solidity file and everything that it imports, as a compiler's `sources`, by path from the root of the repository.
 * @param {(file: string, content: string) => string} change What stands in the place of a file's content.
 */
export function sourcesOf(file, change = (_, content) => content, sources = {}) {
  if (sources[file]) return sources;
  const content = change(file, readFileSync(path.join(root, file), 'utf8'));
  sources[file] = { content };
  for (const [, target] of content.matchAll(/from "([^"]+)"/g)) sourcesOf(path.posix.normalize(path.posix.join(path.posix.dirname(file), target)), change, sources);
  return sources;
}

/** Whether a committed file has this text already. With `check` that is all; without it the file has it afterwards. */
export function keep(file, text, check) {
  const same = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (!check && !same) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return same;
}
