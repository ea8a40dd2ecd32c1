#!/usr/bin/env node
// The compiler's whole input of each contract that is deployed, for block explorers that verify sources: contracts/verification/<name>.input.json, standard JSON.
// usage: explorer-input.mjs [--check] [--only NAME] [--rpc-url URL --address ADDRESS]
//   without --check the files are written, with it they are compared with the sources. Then each committed file is compiled with the pinned compiler alone, without forge, and nothing else:
//   it has to give the published bytecode. With an address also the code that lies there, but for the places that the constructor filled (immutable values).
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { keep, root, sourcesOf } from './common.mjs';

const solc = createRequire(import.meta.url)('solc');
const contracts = ['SettlementEscrow', 'EscrowLens', 'ComplianceRegistry'];
const argument = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const check = process.argv.includes('--check');
const failures = [];
const say = (good, what) => {
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}`);
  if (!good) failures.push(what);
};

async function codeAt(url, address) {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getCode', params: [address, 'latest'] }),
  });
  return (await response.json()).result.slice(2);
}

const masked = (code, references) => {
  const bytes = Buffer.from(code, 'hex');
  for (const { start, length } of Object.values(references ?? {}).flat()) bytes.fill(0, start, start + length);
  return bytes.toString('hex');
};

const only = argument('--only');
if (only && !contracts.includes(only)) {
  console.error(`explorer-input: ${only} is none of ${contracts.join(', ')}`);
  process.exit(2);
}
for (const name of only ? [only] : contracts) {
  const artifact = JSON.parse(readFileSync(path.join(root, 'contracts/artifacts', `${name}.json`), 'utf8'));
  const { evmVersion, viaIR, optimizerRuns, bytecodeHash } = artifact.compiler;
  const file = path.join(root, 'contracts/verification', `${name}.input.json`);
  const input = {
    language: 'Solidity',
    sources: sourcesOf(artifact.sourceName),
    settings: {
      evmVersion, viaIR, optimizer: { enabled: true, runs: optimizerRuns }, metadata: { bytecodeHash, appendCBOR: false },
      outputSelection: { [artifact.sourceName]: { [name]: ['evm.bytecode.object', 'evm.deployedBytecode.object', 'evm.deployedBytecode.immutableReferences'] } },
    },
  };
  const same = keep(file, `${JSON.stringify(input, null, 2)}\n`, check);
  if (check) say(same, `${name}: the committed input is what the sources make`);
  // The file itself, as an explorer gets it.
  const { evm } = JSON.parse(solc.compile(readFileSync(file, 'utf8'))).contracts?.[artifact.sourceName]?.[name] ?? {};
  say(`0x${evm?.bytecode.object}` === artifact.bytecode, `${name}: the committed input builds the published bytecode`);
  const [url, address] = [argument('--rpc-url'), argument('--address')];
  if (!url || !evm) continue;
  const { object, immutableReferences } = evm.deployedBytecode;
  const there = await codeAt(url, address);
  say(there.length > 0 && masked(there, immutableReferences) === masked(object, immutableReferences), `${name}: the committed input builds the code at ${address}`);
}
process.exitCode = failures.length === 0 ? 0 : 1;
