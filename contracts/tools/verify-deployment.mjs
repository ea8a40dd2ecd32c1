#!/usr/bin/env node
// Proves the record of a deployment against the chain, with nothing of our services: address, code hash, chain and the contract's own domain.
// usage: verify-deployment.mjs --rpc-url URL --record deployments/<chainId>.json
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createPublicClient, http, keccak256, zeroHash } from 'viem';
import { root } from './common.mjs';

const argument = (name) => process.argv[process.argv.indexOf(name) + 1];
const record = JSON.parse(readFileSync(argument('--record'), 'utf8'));
const artifact = JSON.parse(readFileSync(path.join(root, 'contracts/artifacts/SettlementEscrow.json'), 'utf8'));
const client = createPublicClient({ transport: http(argument('--rpc-url')) });

const failures = [];
const check = (what, actual, expected) => {
  const same = String(actual).toLowerCase() === String(expected).toLowerCase();
  console.log(`${same ? 'ok  ' : 'FAIL'} ${what}: ${actual}${same ? '' : `, expected ${expected}`}`);
  if (!same) failures.push(what);
};

const address = record.escrow;
check('chain', await client.getChainId(), record.chainId);
check('address', address, artifact.create2.address);
const code = await client.getCode({ address });
check('code hash in the record', record.codeHash, artifact.codeHashes[record.chainId] ?? '(not published for this chain)');
check('code hash on the chain', code ? keccak256(code) : 'no code', record.codeHash);
const read = (functionName, args = []) => client.readContract({ address, abi: artifact.abi, functionName, args });
const domain = await read('eip712Domain');
check('domain', `${domain[1]} ${domain[2]} ${domain[3]} ${domain[4]}`, `Keystone SettlementEscrow 1 ${record.chainId} ${address}`);
check('lock', await read('entered'), false);
check('state of nothing', (await read('escrowOf', [zeroHash])).join(), '0,0,0,0,0,false');
if (record.transaction) {
  const receipt = await client.getTransactionReceipt({ hash: record.transaction });
  check('transaction', `${receipt.status} in block ${receipt.blockNumber}`, `success in block ${record.block}`);
}
if (failures.length > 0) {
  console.error(`verify-deployment: ${failures.join(', ')} did not match; do not use this contract.`);
  process.exit(1);
}
console.log('verified');
