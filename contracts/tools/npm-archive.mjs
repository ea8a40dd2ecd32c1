// Files of published npm packages that tests and benchmarks run against: fetched once, pinned by hash, read from the archive. Nothing of them is kept here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../artifacts/contracts/npm');
let unreachable = false;

/**
 * The text of files of a package. Throws with one sentence when the package cannot be had or is not the pinned one.
 * @param {{ name: string, archive: string, sha512: string }} source `name` with its version, `archive` as `npm pack` calls it, the hash in base64.
 * @param {string[]} entries Paths inside the package.
 */
export function packageFiles({ name, archive, sha512 }, entries) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, archive);
  if (!existsSync(file)) {
    // One wait for a registry that does not answer is enough.
    const pack = unreachable ? { status: 1, stderr: 'the registry did not answer before' } : spawnSync('npm', ['pack', '--silent', name], { cwd: folder, encoding: 'utf8' });
    if (pack.status !== 0) {
      unreachable = true;
      throw new Error(`${name} cannot be had from npm: ${pack.stderr.trim().split('\n').at(-1)}`);
    }
  }
  if (createHash('sha512').update(readFileSync(file)).digest('base64') !== sha512) throw new Error(`${file} is not the pinned package; delete it.`);
  return entries.map((entry) => {
    const read = spawnSync('tar', ['-xzOf', file, `package/${entry}`], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (read.status !== 0) throw new Error(`${file} cannot be read: ${read.stderr}`);
    return read.stdout;
  });
}
