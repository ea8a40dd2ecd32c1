#!/usr/bin/env node
// Writes contracts/artifacts/*.json from a fresh build of the release profile; with --check, compares instead and exits 1 on a difference.
// With --check --recorded the compiler, which takes minutes, is not started when neither its inputs nor the artifacts have changed since the build that
// contracts/artifacts/build.sha256 records. The record is a shortcut, not a proof: .ci/run and a deep run build again.
// The services deploy and verify from these files, so that a running system needs no compiler.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { nativeFile } from '../../scripts/lib/native.mjs';
import { keep, root, signatureOf } from './common.mjs';
import { domainSeparator as hashDomain, getContractAddress, keccak256, numberToHex, padHex, toEventSelector, toFunctionSelector } from 'viem';

const target = path.join(root, 'contracts/artifacts');
const out = 'artifacts/contracts/published';
const check = process.argv.includes('--check');

// The deterministic deployer, at this address on most chains and predeployed in anvil.
const CREATE2_DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const SALT = padHex('0x', { size: 32 });
// Chains whose runtime code hash is written down. Any other follows from deployedBytecode and immutables.
const CHAINS = [1, 11155111, 31337];

const CONTRACTS = [
  // Immutables in the order in which the source declares them.
  { name: 'SettlementEscrow', source: 'contracts/src/SettlementEscrow.sol', immutables: ['domainSeparator', 'chainId'] },
  { name: 'ComplianceRegistry', source: 'contracts/src/ComplianceRegistry.sol', immutables: [] },
  { name: 'EscrowLens', source: 'contracts/src/EscrowLens.sol', immutables: ['escrow'] },
  { name: 'MintableToken', source: 'contracts/src/test-tokens/MintableToken.sol', immutables: ['decimals'] },
  { name: 'MintableDeed', source: 'contracts/src/test-tokens/MintableDeed.sol', immutables: [] },
  { name: 'MintableLots', source: 'contracts/src/test-tokens/MintableLots.sol', immutables: [] },
  { name: 'MintableCash', source: 'contracts/src/test-tokens/MintableCash.sol', immutables: ['decimals'] },
  { name: 'MintableLegacy', source: 'contracts/src/test-tokens/MintableLegacy.sol', immutables: ['decimals'] },
  { name: 'MintableShares', source: 'contracts/src/test-tokens/MintableShares.sol', immutables: ['decimals'] },
];

function build() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`no forge for ${process.platform}-${process.arch}: only linux-x64 is supported`);
  }
  const forge = nativeFile('forge');
  if (!existsSync(forge)) throw new Error('forge is missing: run `npm ci` first');
  // A folder of its own and no tests: the same compiler input every time.
  rmSync(path.join(root, out), { recursive: true, force: true });
  const env = { ...process.env, FOUNDRY_PROFILE: 'release', FOUNDRY_OUT: out, FOUNDRY_CACHE_PATH: `${out}-cache` };
  const run = spawnSync(forge, ['build', '--root', root, '--skip', 'test', '--skip', 'script', '--force'], { env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`forge build failed:\n${run.stdout}\n${run.stderr}`);
}

function read({ name, source, immutables }) {
  const raw = JSON.parse(readFileSync(path.join(root, out, path.basename(source), `${name}.json`), 'utf8'));
  const { compiler, settings } = raw.metadata;
  const references = Object.entries(raw.deployedBytecode.immutableReferences ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, places]) => places.map((place) => place.start));
  if (references.length !== immutables.length) throw new Error(`${name}: expected ${immutables.length} immutables, found ${references.length}`);

  const artifact = {
    contractName: name,
    sourceName: source,
    compiler: {
      version: compiler.version,
      evmVersion: settings.evmVersion,
      viaIR: settings.viaIR === true,
      optimizerRuns: settings.optimizer.runs,
      bytecodeHash: settings.metadata.bytecodeHash,
      appendCBOR: settings.metadata.appendCBOR !== false,
    },
    selectors: selectorsOf(raw.abi),
    bytecode: raw.bytecode.object,
    deployedBytecode: raw.deployedBytecode.object,
    // NatSpec: contracts/tools/definitions.mjs copies it to the C# definitions.
    natspec: { userdoc: raw.metadata.output.userdoc, devdoc: raw.metadata.output.devdoc },
    // Byte offsets of 32-byte words in deployedBytecode that the constructor fills.
    immutables: Object.fromEntries(immutables.map((key, i) => [key, references[i]])),
  };
  if (!raw.abi.some((item) => item.type === 'constructor' && item.inputs.length > 0)) {
    const address = getContractAddress({ opcode: 'CREATE2', from: CREATE2_DEPLOYER, salt: SALT, bytecode: raw.bytecode.object });
    artifact.create2 = { deployer: CREATE2_DEPLOYER, salt: SALT, initCodeHash: keccak256(raw.bytecode.object), address };
    artifact.codeHashes = Object.fromEntries(CHAINS.map((chainId) => [chainId, codeHash(artifact, chainId, address)]));
  }
  return { ...artifact, abi: raw.abi };
}

function selectorsOf(abi) {
  const pick = (type, hash) =>
    Object.fromEntries(abi.filter((item) => item.type === type).map((item) => [signatureOf(item), hash(signatureOf(item))]).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { functions: pick('function', toFunctionSelector), events: pick('event', toEventSelector), errors: pick('error', toFunctionSelector) };
}

/** The runtime code hash of the escrow on a chain: the constructor's words filled in. */
function codeHash({ deployedBytecode, immutables }, chainId, verifyingContract) {
  const words = {
    domainSeparator: hashDomain({ domain: { name: 'Keystone SettlementEscrow', version: '1', chainId, verifyingContract } }),
    chainId: numberToHex(chainId, { size: 32 }),
  };
  const code = Buffer.from(deployedBytecode.slice(2), 'hex');
  for (const [key, places] of Object.entries(immutables)) {
    for (const start of places) Buffer.from(words[key].slice(2), 'hex').copy(code, start);
  }
  return keccak256(code);
}

/** One hash over what the compiler is given (sources, settings, versions of compiler and libraries) and one over the artifacts. */
function buildRecord() {
  const hash = (files, first = '') => {
    const all = createHash('sha256').update(first);
    for (const file of files) {
      const content = readFileSync(path.join(root, file));
      all.update(`${file} ${content.length}\n`).update(content);
    }
    return all.digest('hex');
  };
  const sources = readdirSync(path.join(root, 'contracts/src'), { recursive: true }).filter((file) => file.endsWith('.sol')).sort().map((file) => `contracts/src/${file}`);
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const pinned = ['solc', 'solady'].map((name) => `${name} ${packages[`node_modules/${name}`].integrity}\n`).join('');
  return [
    `${hash([...sources, 'foundry.toml'], pinned)}  inputs`,
    `${hash(CONTRACTS.map(({ name }) => `contracts/artifacts/${name}.json`))}  artifacts`,
    '',
  ].join('\n');
}

const record = path.join(target, 'build.sha256');
const recorded = check && process.argv.includes('--recorded') && existsSync(record) && readFileSync(record, 'utf8') === buildRecord();
if (recorded) console.log('inputs and artifacts are those of the recorded build: the compiler is not started');
else build();
let differences = 0;
for (const contract of recorded ? [] : CONTRACTS) {
  const file = path.join(target, `${contract.name}.json`);
  const same = keep(file, `${JSON.stringify(read(contract), null, 2)}\n`, check);
  if (check && !same) differences++;
  const words = check ? ['ok', 'DIFFERS'] : ['unchanged', 'written'];
  console.log(`${words[same ? 0 : 1]}  ${path.relative(root, file)}`);
}
if (!check) {
  console.log(`${keep(record, buildRecord(), false) ? 'unchanged' : 'written'}  contracts/artifacts/build.sha256`);
} else if (!recorded) {
  const same = keep(record, buildRecord(), true);
  if (!same) differences++;
  console.log(`${same ? 'ok' : 'DIFFERS'}  contracts/artifacts/build.sha256`);
}
if (check) {
  // The sample settings on the front page are pasted by people.
  const { create2, codeHashes } = JSON.parse(readFileSync(path.join(target, 'SettlementEscrow.json'), 'utf8'));
  const page = readFileSync(path.join(root, 'README.md'), 'utf8');
  const named = page.includes(create2.address) && page.includes(codeHashes[11155111]);
  if (!named) differences++;
  console.log(`${named ? 'ok' : 'DIFFERS'}  README.md, address and code hash`);
}
if (check) console.log(`${CONTRACTS.length + 2 - differences} passed, ${differences} failed`);
if (differences > 0) {
  console.error('The committed artifacts are not what the sources build: run `node contracts/tools/artifacts.mjs` and commit.');
  process.exitCode = 1;
}
