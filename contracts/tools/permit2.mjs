#!/usr/bin/env node
// The runtime code of the real Permit2 for the tests, which anvil and forge do not carry: artifacts/contracts/permit2.hex. It lies inside the test
// setup of Uniswap's v4-periphery, as its npm package publishes it; package and code are pinned by hash, and nothing of them is kept here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keccak256 } from 'viem';
import { packageFiles } from './npm-archive.mjs';
import { root } from './common.mjs';

const target = path.join(root, 'artifacts/contracts/permit2.hex');
const PACKAGE = {
  name: '@uniswap/v4-periphery@1.0.3',
  archive: 'uniswap-v4-periphery-1.0.3.tgz',
  sha512: 'JxLL0Djv9XcMvI2PatEnWrCrxuEaYNVhHxstndBOP+aJfh1XLg5ec8SDZ0xyoVfg2ElJTvuKpBgnu90bNValsg==',
};
const ENTRY = 'foundry-out/PosmTestSetup.sol/PosmTestSetup.json';
const CODE_HASH = '0xa1ad0529565c25202190d4ae7f75d4ca08dc432cc760544ee7d0313b68e82ecd';
const CODE_START = '6040608081526004';
const CODE_SIZE = 9152;

/** Absolute path of the file with the code in hexadecimal; throws with one sentence when it cannot be had. */
export function permit2Code() {
  if (existsSync(target) && keccak256(readFileSync(target, 'utf8')) === CODE_HASH) return target;
  const [artifact] = packageFiles(PACKAGE, [ENTRY]);
  const { object } = JSON.parse(artifact).bytecode;
  const start = object.indexOf(CODE_START, 100);
  const code = `0x${object.slice(start, start + 2 * CODE_SIZE)}`;
  if (keccak256(code) !== CODE_HASH) throw new Error(`${PACKAGE.name} does not hold the pinned code.`);
  writeFileSync(target, code);
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(permit2Code());
  } catch (error) {
    console.error(`permit2: ${error.message}`);
    process.exit(1);
  }
}
