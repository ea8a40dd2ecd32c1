#!/usr/bin/env node
// The drill: settlements are opened on a chain by every route, as parties do it. Then scripts/drill, which gets the node's URL and the escrow's address and
// nothing else, rebuilds their terms, executes one of each route before its deadline and refunds another after it. Last line: `N passed, N failed`.
import { spawnSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { concat, encodeAbiParameters, encodeDeployData, encodeFunctionData, hashStruct, hashTypedData, keccak256, parseSignature, stringToHex, toHex } from 'viem';
import { START, startChain } from '../../bench/gas/chain.mjs';
import { nativeFile } from '../../scripts/lib/native.mjs';
import { permit2Code } from './permit2.mjs';
import { root } from './common.mjs';

const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const escrowArtifact = readJson('contracts/artifacts/SettlementEscrow.json');
const PERMIT2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3';
// Sepolia's. On any chain but the one that its code remembers, Permit2 computes its domain from where it is.
const CHAIN = 11155111;
const DEADLINE = START + 86_400n;
const LEG = ['kind:uint8', 'mode:uint8', 'token:address', 'from:address', 'to:address', 'refundTo:address', 'tokenId:uint256', 'amount:uint256'];
const HEADER = ['ref:bytes32', 'notBefore:uint64', 'deadline:uint64', 'operator:address', 'gate:address', 'commitment:bytes32'];
const members = (list) => list.map((entry) => ({ name: entry.split(':')[0], type: entry.split(':')[1] }));
const types = { Leg: members(LEG), Settlement: [...members(HEADER), { name: 'legs', type: 'Leg[]' }] };
const ZERO = '0x0000000000000000000000000000000000000000';

let passed = 0;
let failed = 0;
const check = (what, good, details = '') => {
  if (good) passed++;
  else {
    failed++;
    console.log(`FAIL ${what} ${details}`);
  }
};

const folder = mkdtempSync(path.join(os.tmpdir(), 'keystone-drill-'));
const chain = await startChain({ chainId: CHAIN });
try {
  await drill();
} catch (error) {
  check(`the drill ended early: ${error.stack}`, false);
} finally {
  await chain.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A token with EIP-2612 and ERC-3009 from the tests. */
function authorizedToken() {
  const file = 'artifacts/contracts/out/SignedTokens.sol/TestERC3009.json';
  const run = spawnSync(nativeFile('forge'), ['build', 'contracts/test/mocks/SignedTokens.sol'], { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`forge build failed: ${run.stderr}`);
  return readJson(file);
}

async function drill() {
  const token = authorizedToken();
  const call = (abi, functionName, ...args) => encodeFunctionData({ abi, functionName, args });
  const [deployer, alice, bob, relayer] = [0, 1, 2, 3].map((index) => chain.account(index));
  const { create2, bytecode, abi } = escrowArtifact;
  await chain.send(deployer.address, create2.deployer, concat([create2.salt, bytecode]));
  const escrow = create2.address;
  const deployToken = async () => (await chain.send(deployer.address, undefined, encodeDeployData({ abi: token.abi, bytecode: token.bytecode.object, args: [] }))).contractAddress;
  const bond = await deployToken();
  const cash = await deployToken();
  let realPermit2 = true;
  try {
    await chain.rpc('anvil_setCode', PERMIT2, readFileSync(permit2Code(), 'utf8').trim());
  } catch (error) {
    realPermit2 = false;
    console.log(`note the route by Permit2 is left out: ${error.message}`);
  }
  for (const { address } of [alice, bob]) {
    for (const asset of [bond, cash]) {
      await chain.send(deployer.address, asset, call(token.abi, 'mint', address, 1_000_000n));
      for (const spender of [escrow, PERMIT2]) await chain.send(address, asset, call(token.abi, 'approve', spender, 2n ** 256n - 1n));
    }
  }

  const leg = (asset, from, to, amount, mode = 0) => ({ kind: 0, mode, token: asset, from, to, refundTo: from, tokenId: 0n, amount });
  let number = 0;
  const terms = (mode = 0) => ({
    ref: toHex(++number, { size: 32 }), notBefore: 0n, deadline: DEADLINE, operator: ZERO, gate: ZERO, commitment: keccak256(stringToHex(`document ${number}`)),
    legs: [leg(bond, alice.address, bob.address, 100n), leg(cash, bob.address, alice.address, 7n, mode)],
  });
  const domain = { name: 'Keystone SettlementEscrow', version: '1', chainId: CHAIN, verifyingContract: escrow };
  const idOf = (message) => hashTypedData({ domain, types, primaryType: 'Settlement', message });
  const hashes = (s) => s.legs.map((data) => hashStruct({ types, primaryType: 'Leg', data }));
  const send = (from, name, ...args) => chain.send(from.address, escrow, call(abi, name, ...args));
  const owner = (s, i) => (s.legs[i].from === alice.address ? alice : bob);
  const deposit = (s, i) => send(owner(s, i), 'deposit', s, hashes(s), BigInt(i), s.legs[i]);
  const witness = (s, i) =>
    keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint256' }], [keccak256(stringToHex('Deposit(bytes32 settlement,uint256 leg)')), idOf(s), BigInt(i)]));
  const tokenDomain = (asset) => ({ name: 'Authorized', version: '1', chainId: CHAIN, verifyingContract: asset });

  /** Each route puts leg 0 in, in its own way; the other leg is then deposited. */
  const routes = {
    register: async (s) => {
      await send(relayer, 'register', s);
      await deposit(s, 0);
    },
    deposit: (s) => deposit(s, 0),
    depositMany: (s) => send(alice, 'depositMany', s, hashes(s), [0n], [s.legs[0]]),
    depositWithPermit: async (s) => {
      const nonce = BigInt(await chain.rpc('eth_call', { to: bond, data: call(token.abi, 'nonces', alice.address) }, 'latest'));
      const message = { owner: alice.address, spender: escrow, value: 100n, nonce, deadline: DEADLINE };
      const permit = { Permit: members(['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256']) };
      const { r, s: half, v } = parseSignature(await alice.signTypedData({ domain: tokenDomain(bond), types: permit, primaryType: 'Permit', message }));
      await chain.send(alice.address, bond, call(token.abi, 'approve', escrow, 0n));
      await send(alice, 'depositWithPermit', s, hashes(s), 0n, s.legs[0], DEADLINE, Number(v), r, half);
      await chain.send(alice.address, bond, call(token.abi, 'approve', escrow, 2n ** 256n - 1n));
    },
    depositWithPermit2: async (s) => {
      // viem writes the type from these members; that Permit2 accepts it proves the type string of the contract.
      const permit = {
        PermitWitnessTransferFrom: [...members(['permitted:TokenPermissions', 'spender:address', 'nonce:uint256', 'deadline:uint256', 'witness:Deposit'])],
        TokenPermissions: members(['token:address', 'amount:uint256']),
        Deposit: members(['settlement:bytes32', 'leg:uint256']),
      };
      const message = {
        permitted: { token: bond, amount: 100n }, spender: escrow, nonce: BigInt(s.ref), deadline: DEADLINE, witness: { settlement: idOf(s), leg: 0n },
      };
      const signature = await alice.signTypedData({
        domain: { name: 'Permit2', chainId: CHAIN, verifyingContract: PERMIT2 }, types: permit, primaryType: 'PermitWitnessTransferFrom', message,
      });
      await send(relayer, 'depositWithPermit2', s, hashes(s), 0n, s.legs[0], BigInt(s.ref), DEADLINE, signature);
    },
    depositWithAuthorization: async (s) => {
      const authorization = {
        ReceiveWithAuthorization: members(['from:address', 'to:address', 'value:uint256', 'validAfter:uint256', 'validBefore:uint256', 'nonce:bytes32']),
      };
      const message = { from: alice.address, to: escrow, value: 100n, validAfter: 0n, validBefore: DEADLINE, nonce: witness(s, 0) };
      const signature = await alice.signTypedData({ domain: tokenDomain(bond), types: authorization, primaryType: 'ReceiveWithAuthorization', message });
      await send(relayer, 'depositWithAuthorization', s, hashes(s), 0n, s.legs[0], 0n, DEADLINE, signature);
    },
  };
  if (!realPermit2) delete routes.depositWithPermit2;

  const cases = [];
  for (const [route, open] of Object.entries(routes)) {
    const [first, second] = [terms(), terms(2)];
    for (const s of [first, second]) {
      await open(s);
      await deposit(s, 1);
    }
    // A third one is never completed: only one leg is in.
    const third = terms();
    await open(third);
    cases.push({ route, executed: first, refunded: second, halfway: third });
  }
  const closed = [];
  const both = async (s) => {
    const signers = [alice, bob].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const message = { domain, types, primaryType: 'Settlement', message: s };
    return [signers.map(({ address }) => address), await Promise.all(signers.map((signer) => signer.signTypedData(message)))];
  };
  for (const [route, close] of Object.entries({
    'settleSigned, never seen before': async (s) => send(relayer, 'settleSigned', s, ...(await both(s))),
    'settleSigned, one leg in': async (s) => { await deposit(s, 0); await send(relayer, 'settleSigned', s, ...(await both(s))); },
    'depositAndExecute, one leg in': async (s) => { await deposit(s, 1); await send(alice, 'depositAndExecute', s); },
    'depositAndExecute, never seen before': async (s) => { s.legs[1].from = s.legs[1].refundTo = alice.address; s.legs[1].to = bob.address; await send(alice, 'depositAndExecute', s); },
  })) {
    const s = terms();
    await close(s);
    closed.push({ route, terms: s });
  }

  // From here on there is only the URL and the address.
  const keyFile = path.join(folder, 'key');
  const stranger = chain.account(9);
  writeFileSync(keyFile, toHex(stranger.getHdKey().privateKey), { mode: 0o600 });
  const run = (command, ...args) => new Promise((resolve) => {
    const child = spawn(path.join(root, 'scripts/drill'), [command, '--rpc-url', chain.url, '--escrow', escrow, ...args], { cwd: folder, env: { PATH: process.env.PATH } });
    let text = '';
    child.stdout.on('data', (data) => { text += data; });
    child.stderr.on('data', (data) => { text += data; });
    child.on('close', (status) => resolve({ status, text }));
  });
  const list = async () => {
    const { status, text } = await run('list', '--json');
    check('the list has no differences', status === 0, text);
    return JSON.parse(text);
  };
  const same = (a, b) => JSON.stringify(a, (_, v) => (typeof v === 'bigint' || typeof v === 'number' ? String(v) : typeof v === 'string' ? v.toLowerCase() : v)) ===
    JSON.stringify(b, (_, v) => (typeof v === 'bigint' || typeof v === 'number' ? String(v) : typeof v === 'string' ? v.toLowerCase() : v));
  const told = await list();
  const entry = (s, from = told) => from.settlements.find(({ id }) => id === idOf(s));
  for (const { route, executed, refunded, halfway } of cases) {
    for (const s of [executed, refunded]) check(`${route}: the terms are rebuilt`, same(entry(s)?.terms, s), JSON.stringify(entry(s)));
    check(`${route}: one leg alone is not complete`, entry(halfway)?.complete === (route === 'register'));
  }
  for (const { route, terms: s } of closed) check(`${route}: the terms are rebuilt`, entry(s)?.state === 'Executed' && same(entry(s).terms, s), JSON.stringify(entry(s)));

  const ids = (list) => list.map(idOf).join(',');
  const done = (text, name) => [...text.matchAll(new RegExp(`^${name} in block`, 'gm'))].length;
  const executed = await run('execute', '--id', ids(cases.map(({ executed: s }) => s)), '--private-key-file', keyFile);
  check('executed before the deadline', executed.status === 0 && done(executed.text, 'executeSwap') === cases.length, executed.text);
  const early = await run('refund', '--id', ids(cases.map(({ refunded: s }) => s)), '--private-key-file', keyFile);
  check('no refund before the deadline', early.status === 1 && done(early.text, 'refund') === 0, early.text);
  await chain.rpc('evm_setNextBlockTimestamp', Number(DEADLINE + 1n));
  await chain.rpc('anvil_mine', 1);
  const back = await run('refund', '--id', ids(cases.flatMap(({ refunded: s, halfway }) => [s, halfway])), '--private-key-file', keyFile);
  check('refunded after the deadline', back.status === 0 && done(back.text, 'refund') === 2 * cases.length, back.text);
  const late = await run('execute', '--id', ids(cases.map(({ refunded: s }) => s)), '--private-key-file', keyFile);
  check('no execution after it', late.status === 1 && done(late.text, 'executeSwap') === 0, late.text);
  const after = await list();
  for (const { route, executed: s, refunded } of cases) {
    check(`${route}: ends executed`, entry(s, after).state === 'Executed');
    check(`${route}: ends with nothing held`, entry(refunded, after).held.length === 0);
  }
  check('nothing is owed any more', after.solvency.length === 0, JSON.stringify(after.solvency));
  for (const asset of [bond, cash]) {
    const left = BigInt(await chain.rpc('eth_call', { to: asset, data: call(token.abi, 'balanceOf', escrow) }, 'latest'));
    check('the escrow is empty', left === 0n, String(left));
  }
}
