#!/usr/bin/env node
// Gas of whole transactions (receipts: intrinsic gas, call data and refunds included) under the rules of Prague, on anvil, and of Amsterdam, on
// @ethereumjs/vm. Two ERC-20s on solady with unlimited allowances given before; both parties hold both tokens; the escrow holds one unit of each, as a
// contract in use does. The same calls go to a @ethereumjs/vm under Prague, too, so that the table says how far the two tools differ.
// Writes contracts/gas/README.md and artifacts/bench/gas.json. A missed bar is not an error here; its reason stands in reasons.json.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { concat, encodeDeployData, encodeFunctionData, hashStruct, hashTypedData, keccak256, parseSignature, size, stringToHex } from 'viem';
import { nativeFile } from '../../scripts/lib/native.mjs';
import { airswapArtifact } from './airswap.mjs';
import { START, startChain, startVmChain } from './chain.mjs';
import { report } from './report.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

const escrowArtifact = readJson('contracts/artifacts/SettlementEscrow.json');
const tokenArtifact = readJson('contracts/artifacts/MintableToken.json');
const DEADLINE = START + 86_400n;
const BOND = 1000n * 10n ** 18n;
const CASH = 985n * 10n ** 6n;
const ZERO = '0x0000000000000000000000000000000000000000';

const LEG = ['kind:uint8', 'mode:uint8', 'token:address', 'from:address', 'to:address', 'refundTo:address', 'tokenId:uint256', 'amount:uint256'];
const HEADER = ['ref:bytes32', 'notBefore:uint64', 'deadline:uint64', 'operator:address', 'gate:address', 'commitment:bytes32'];
const members = (list) => list.map((entry) => ({ name: entry.split(':')[0], type: entry.split(':')[1] }));
const types = { Leg: members(LEG), Settlement: [...members(HEADER), { name: 'legs', type: 'Leg[]' }] };

function yardsticks() {
  const run = spawnSync(nativeFile('forge'), ['build', '--root', root], { env: { ...process.env, FOUNDRY_PROFILE: 'bench' }, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`forge build failed:\n${run.stdout}\n${run.stderr}`);
  return Object.fromEntries(
    ['Floor', 'EscrowFloor', 'Textbook'].map((name) => [name, readJson(`artifacts/contracts/bench/Yardsticks.sol/${name}.json`)]),
  );
}

const floors = yardsticks();
const airswap = airswapArtifact(path.join(root, 'artifacts/bench/npm'));
let chain;
let rows;
/** Rows by the rules under which they were measured. */
const measured = {};
for (const [rules, start] of [['prague', startChain], ['praguevm', () => startVmChain({ hardfork: 'prague' })], ['amsterdam', () => startVmChain({ hardfork: 'amsterdam' })]]) {
  chain = await start();
  measured[rules] = rows = [];
  try {
    await measure();
  } finally {
    await chain.stop();
  }
}
report({ root, check: process.argv.includes('--check'), escrowArtifact, ...measured });

async function measure() {
  const deployer = chain.account(0).address;
  const operator = chain.account(1).address;
  const keeper = chain.account(2).address;
  const parties = Array.from({ length: 20 }, (_, i) => chain.account(10 + i));
  const [alice, bob] = parties;

  const deploy = async (data) => (await chain.send(deployer, undefined, data)).contractAddress;
  const call = (abi, functionName, ...args) => encodeFunctionData({ abi, functionName, args });
  const { create2, bytecode } = escrowArtifact;
  const deployment = await chain.send(deployer, create2.deployer, concat([create2.salt, bytecode]));
  const escrow = create2.address;
  const tokenData = (name, symbol, decimals) =>
    encodeDeployData({ abi: tokenArtifact.abi, bytecode: tokenArtifact.bytecode, args: [name, symbol, decimals] });
  const bond = await deploy(tokenData('Keystone Bond', 'KBOND', 18));
  const cash = await deploy(tokenData('USD Coin', 'USDC', 6));
  const floor = await deploy(floors.Floor.bytecode.object);
  const escrowFloor = await deploy(floors.EscrowFloor.bytecode.object);
  const textbook = await deploy(floors.Textbook.bytecode.object);
  const swapper = airswap && (await deploy(encodeDeployData({ abi: airswap.abi, bytecode: airswap.bytecode, args: [0n, 0n, deployer, 10n, 50n] })));

  for (const token of [bond, cash]) {
    for (const { address } of parties) {
      await chain.send(deployer, token, call(tokenArtifact.abi, 'mint', address, 10n ** 24n));
      for (const spender of [escrow, floor, escrowFloor, textbook, swapper].filter(Boolean)) {
        await chain.send(address, token, call(tokenArtifact.abi, 'approve', spender, 2n ** 256n - 1n));
      }
    }
  }
  const untouched = await chain.rpc('evm_snapshot');
  const dust = async () => {
    for (const token of [bond, cash]) {
      for (const holder of [escrow, escrowFloor, textbook]) await chain.send(deployer, token, call(tokenArtifact.abi, 'mint', holder, 1n));
    }
  };
  await dust();
  let base = await chain.rpc('evm_snapshot');
  // Each path begins on the same state: a snapshot is spent when it is used.
  const fresh = async () => {
    if (!(await chain.rpc('evm_revert', base))) throw new Error('the snapshot is gone');
    base = await chain.rpc('evm_snapshot');
  };

  const leg = (token, from, to, amount) => ({ kind: 0, mode: 0, token, from, to, refundTo: from, tokenId: 0n, amount });
  const ref = (n) => `0x1111222233334444555566667777${(0x8888 + n).toString(16)}9999aaaa${'00'.repeat(14)}`.slice(0, 34) + '00'.repeat(16);
  const settlementOf = (legs, n = 0) => ({
    ref: ref(n), notBefore: 0n, deadline: DEADLINE, operator, gate: ZERO, commitment: keccak256(stringToHex(`commitment ${n}`)), legs,
  });
  const deal = (a = alice, b = bob, n = 0) => settlementOf([leg(bond, a.address, b.address, BOND), leg(cash, b.address, a.address, CASH)], n);
  const ring = (count) =>
    settlementOf(Array.from({ length: count }, (_, i) =>
      leg(i % 2 ? cash : bond, parties[i].address, parties[(i + 1) % count].address, i % 2 ? CASH : BOND)));
  const domain = { name: 'Keystone SettlementEscrow', version: '1', chainId: 31337, verifyingContract: escrow };
  const hashes = (s) => s.legs.map((data) => hashStruct({ types, primaryType: 'Leg', data }));
  const idOf = (message) => hashTypedData({ domain, types, primaryType: 'Settlement', message });
  const signatures = async (s, signers) => {
    const ordered = [...signers].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const message = { domain, types, primaryType: 'Settlement', message: s };
    return [ordered.map(({ address }) => address), await Promise.all(ordered.map((signer) => signer.signTypedData(message)))];
  };

  const failures = Object.entries(escrowArtifact.selectors.events).filter(([event]) => /^(Swap|Refund)Failed/.test(event)).map(([, topic]) => topic);
  /** One transaction to the escrow. */
  const step = async (from, name, ...args) => send(from, escrow, call(escrowArtifact.abi, name, ...args), name);
  const send = async (from, to, data, name) => {
    const { gasUsed, logs } = await chain.send(from, to, data);
    if (logs.some(({ topics }) => failures.includes(topics[0]))) throw new Error(`an item of ${name} failed`);
    return { name, gas: Number(gasUsed), bytes: size(data) };
  };
  const deposit = (s, i) => step(s.legs[i].from, 'deposit', s, hashes(s), BigInt(i), s.legs[i]);
  const depositAll = async (s) => {
    const steps = [];
    for (let i = 0; i < s.legs.length; i++) steps.push(await deposit(s, i));
    return steps;
  };

  const record = async (key, title, path, { zero = false } = {}) => {
    await fresh();
    if (zero) {
      await chain.rpc('evm_revert', untouched);
    }
    const steps = await path();
    rows.push({ key, title, steps, gas: steps.reduce((sum, { gas }) => sum + gas, 0), bytes: steps.reduce((sum, { bytes }) => sum + bytes, 0) });
  };

  await record('floor', 'Floor: two `transferFrom`, nothing else', async () => [
    await send(keeper, floor, call(floors.Floor.abi, 'swap', bond, alice.address, BOND, cash, bob.address, CASH), 'swap'),
  ]);

  if (swapper) {
    const orderTypes = {
      OrderERC20: members(['nonce:uint256', 'expiry:uint256', 'signerWallet:address', 'signerToken:address', 'signerAmount:uint256',
        'protocolFee:uint256', 'senderWallet:address', 'senderToken:address', 'senderAmount:uint256']),
    };
    const order = async (nonce, senderWallet) => {
      const message = {
        nonce, expiry: DEADLINE, signerWallet: alice.address, signerToken: bond, signerAmount: BOND,
        protocolFee: 0n, senderWallet, senderToken: cash, senderAmount: CASH,
      };
      const swapDomain = { name: 'SWAP_ERC20', version: '4.3', chainId: 31337, verifyingContract: swapper };
      const { r, s, v } = parseSignature(await alice.signTypedData({ domain: swapDomain, types: orderTypes, primaryType: 'OrderERC20', message }));
      return { m: message, end: [Number(v), r, s] };
    };
    const swap = async (nonce) => {
      const { m, end } = await order(nonce, bob.address);
      return send(bob.address, swapper, call(airswap.abi, 'swap', bob.address, m.nonce, m.expiry, m.signerWallet, m.signerToken, m.signerAmount, m.senderToken, m.senderAmount, ...end), 'swap');
    };
    await record('airswap', 'AirSwap 5.0.1 `swap`, fee 0, first nonce of a group', async () => [await swap(0n)]);
    await record('airswap_warm', 'AirSwap 5.0.1 `swap`, fee 0, later nonce', async () => {
      await swap(0n);
      return [await swap(1n)];
    });
    await record('airswap_light', 'AirSwap 5.0.1 `swapLight`, fee 0, first nonce of a group', async () => {
      const { m, end } = await order(0n, bob.address);
      return [await send(bob.address, swapper, call(airswap.abi, 'swapLight', m.nonce, m.expiry, m.signerWallet, m.signerToken, m.signerAmount, m.senderToken, m.senderAmount, ...end), 'swapLight')];
    });
  }

  await record('signed', '**Signed, one transaction, no custody**', async () => {
    const s = deal();
    return [await step(keeper, 'settleSigned', s, ...(await signatures(s, [alice, bob])))];
  });
  await record('signed_registered', 'Signed, registered before', async () => {
    const s = deal();
    await step(keeper, 'register', s);
    return [await step(keeper, 'settleSigned', s, ...(await signatures(s, [alice, bob])))];
  });
  await record('closes', '**Custody, the last depositor closes**', async () => {
    const s = deal();
    return [await deposit(s, 0), await step(bob.address, 'depositAndExecute', s)];
  });
  await record('escrow_floor', 'Escrow floor: one word, no check, no event', async () => {
    const abi = floors.EscrowFloor.abi;
    return [
      await send(alice.address, escrowFloor, call(abi, 'deposit', 1n, 1n, bond, BOND), 'deposit'),
      await send(bob.address, escrowFloor, call(abi, 'deposit', 1n, 2n, cash, CASH), 'deposit'),
      await send(keeper, escrowFloor, call(abi, 'execute', 1n, bond, alice.address, BOND, cash, bob.address, CASH), 'execute'),
    ];
  });
  await record('executes', '**Custody, a keeper executes**', async () => {
    const s = deal();
    return [...(await depositAll(s)), await step(keeper, 'executeSwap', s)];
  });
  await record('executes_registered', 'Custody with `register` first, a keeper executes', async () => {
    const s = deal();
    return [await step(keeper, 'register', s), ...(await depositAll(s)), await step(keeper, 'executeSwap', s)];
  });
  await record('textbook', 'Textbook escrow, every leg in storage', async () => {
    const abi = floors.Textbook.abi;
    const legs = deal().legs.map(({ token, from, to, amount }) => ({ token, from, to, amount, deposited: false }));
    return [
      await send(keeper, textbook, call(abi, 'create', DEADLINE, legs), 'create'),
      await send(alice.address, textbook, call(abi, 'deposit', 1n, 0n), 'deposit'),
      await send(bob.address, textbook, call(abi, 'deposit', 1n, 1n), 'deposit'),
      await send(keeper, textbook, call(abi, 'execute', 1n), 'execute'),
    ];
  });

  await record('register', '`register`', async () => [await step(keeper, 'register', deal())]);
  await record('execute', '`executeSwap`', async () => {
    const s = deal();
    await depositAll(s);
    return [await step(keeper, 'executeSwap', s)];
  });
  // Addresses that hold nothing and are nobody's.
  const nobody = (n) => `0x${(0xabcdef0000 + n).toString(16).padStart(40, '0')}`;
  const toNobody = (count) => settlementOf(Array.from({ length: count }, (_, i) =>
    leg(i % 2 ? cash : bond, (i % 2 ? bob : alice).address, nobody(i), i % 2 ? CASH : BOND)));
  await record('execute_new', '`executeSwap`, both recipients hold nothing', async () => {
    const s = toNobody(2);
    await depositAll(s);
    return [await step(keeper, 'executeSwap', s)];
  });
  await record('execute64_new', '`executeSwap` of 64 legs, no recipient holds anything', async () => {
    const s = toNobody(64);
    await depositAll(s);
    return [await step(keeper, 'executeSwap', s)];
  });
  await record('deploy', 'deployment of the escrow', async () => [
    { name: 'deployment', gas: Number(deployment.gasUsed), bytes: size(concat([create2.salt, bytecode])) },
  ]);
  await record('withdraw', '`withdrawLeg`', async () => {
    const s = deal();
    await deposit(s, 0);
    return [await step(alice.address, 'withdrawLeg', s, hashes(s), 0n, s.legs[0])];
  });
  await record('cancel', '`cancelAsOperator`', async () => {
    const s = deal();
    await deposit(s, 0);
    return [await step(operator, 'cancelAsOperator', s, keccak256(concat(hashes(s))))];
  });
  await record('refund', '`refund` of one leg by a third party', async () => {
    const s = deal();
    await depositAll(s);
    await chain.rpc('evm_setNextBlockTimestamp', Number(DEADLINE + 1n));
    return [await step(keeper, 'refund', s, hashes(s), 0n, s.legs[0])];
  });
  await record('refund_many', '`refundMany` of both legs', async () => {
    const s = deal();
    await depositAll(s);
    await chain.rpc('evm_setNextBlockTimestamp', Number(DEADLINE + 1n));
    return [await step(keeper, 'refundMany', s, hashes(s), [0n, 1n], s.legs, 150_000n)];
  });
  await record('batch', '`executeSwaps` of 10, 20 distinct parties', async () => {
    const deals = Array.from({ length: 10 }, (_, i) => deal(parties[2 * i], parties[2 * i + 1], i));
    for (const s of deals) await depositAll(s);
    return [await step(keeper, 'executeSwaps', deals, 250_000n)];
  });
  await record('batch_same', '`executeSwaps` of 10, the same two parties', async () => {
    const deals = Array.from({ length: 10 }, (_, i) => deal(alice, bob, i));
    for (const s of deals) await depositAll(s);
    return [await step(keeper, 'executeSwaps', deals, 250_000n)];
  });
  await record('ring16', '16 legs, 16 parties: custody, a keeper executes', async () => {
    const s = ring(16);
    return [...(await depositAll(s)), await step(keeper, 'executeSwap', s)];
  });
  await record('ring16_signed', '16 legs, 16 parties: signed, one transaction', async () => {
    const s = ring(16);
    return [await step(keeper, 'settleSigned', s, ...(await signatures(s, parties.slice(0, 16))))];
  });

  // The contract's first use of a token: its balance is zero before and after. Last, because it leaves the snapshot that the others share.
  await record('executes_zero', 'Custody, a keeper executes, first use of both tokens', async () => {
    const s = deal();
    return [...(await depositAll(s)), await step(keeper, 'executeSwap', s)];
  }, { zero: true });
  const id = idOf(deal());
  const stored = await chain.rpc('eth_call', { to: escrow, data: call(escrowArtifact.abi, 'escrowOf', id) }, 'latest');
  if (BigInt(stored.slice(0, 66)) !== 2n) throw new Error('the settlement was not executed under the id that viem computes');
}
