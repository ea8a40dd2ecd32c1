// AirSwap's published build of SwapERC20, for comparison only. Taken from the npm package at a pinned hash; nothing of it is kept here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE = '@airswap/swap-erc20@5.0.1';
const FILE = 'airswap-swap-erc20-5.0.1.tgz';
const SHA512 = 'qppBnnoQFd+7LjhOSUX1gDx+vOzS62roQEVIpnV3TLET2HMDWNwKArdk55xiKPbtGx4yQWWuxMHlhWZSAh1fEw==';
const ENTRY = 'package/build/contracts/SwapERC20.sol/SwapERC20.json';

/** The artifact with `abi` and `bytecode`, or null with a sentence on stderr when the package is not to be had. */
export function airswapArtifact(folder) {
  mkdirSync(folder, { recursive: true });
  const archive = path.join(folder, FILE);
  if (!existsSync(archive)) {
    const pack = spawnSync('npm', ['pack', '--silent', PACKAGE], { cwd: folder, encoding: 'utf8' });
    if (pack.status !== 0) {
      console.error(`bench: ${PACKAGE} cannot be had from npm; its lines are left out.`);
      return null;
    }
  }
  const actual = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (actual !== SHA512) throw new Error(`${archive} has the hash ${actual}, not the pinned one; delete it and run again.`);
  const entry = spawnSync('tar', ['-xzOf', archive, ENTRY], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (entry.status !== 0) throw new Error(`${archive} cannot be read: ${entry.stderr}`);
  return JSON.parse(entry.stdout);
}
