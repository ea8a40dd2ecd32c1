#!/usr/bin/env node
// Writes the compiler's whole input for the escrow, for block explorers that verify sources: artifacts/deploy/SettlementEscrow.input.json. Compiles it with
// the pinned compiler alone, without forge, and ends with 1 unless the bytecode is the published one.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, sourcesOf } from './common.mjs';

const solc = createRequire(import.meta.url)('solc');
const artifact = JSON.parse(readFileSync(path.join(root, 'contracts/artifacts/SettlementEscrow.json'), 'utf8'));

const { evmVersion, viaIR, optimizerRuns, bytecodeHash } = artifact.compiler;
const input = {
  language: 'Solidity',
  sources: sourcesOf(artifact.sourceName),
  settings: {
    evmVersion, viaIR, optimizer: { enabled: true, runs: optimizerRuns }, metadata: { bytecodeHash, appendCBOR: false },
    outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const built = output.contracts?.[artifact.sourceName]?.[artifact.contractName]?.evm.bytecode.object;
const same = `0x${built}` === artifact.bytecode;
mkdirSync(path.join(root, 'artifacts/deploy'), { recursive: true });
writeFileSync(path.join(root, 'artifacts/deploy/SettlementEscrow.input.json'), `${JSON.stringify(input, null, 2)}\n`);
console.log(same ? 'ok  the explorer input builds the published bytecode' : 'DIFFERS  the explorer input builds other bytecode');
process.exitCode = same ? 0 : 1;
