#!/usr/bin/env node
// See scripts/drill. Needs viem for encoding and signing, and no file of this repository: the interface stands below.
import { readFileSync } from 'node:fs';
import { createPublicClient, createWalletClient, decodeEventLog, hashStruct, hashTypedData, http, parseAbi, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const LEG = 'struct Leg { uint8 kind; uint8 mode; address token; address from; address to; address refundTo; uint256 tokenId; uint256 amount; }';
const HEADER = 'bytes32 ref; uint64 notBefore; uint64 deadline; address operator; address gate; bytes32 commitment;';
const abi = parseAbi([
  LEG,
  `struct Header { ${HEADER} }`,
  `struct Settlement { ${HEADER} Leg[] legs; }`,
  'event Registered(bytes32 indexed id, address indexed by, Settlement settlement)',
  'event Opened(bytes32 indexed id, address indexed by, Header header, bytes32[] legHashes)',
  'event Deposited(bytes32 indexed id, address indexed from, uint256 index, Leg leg)',
  'event Armed(bytes32 indexed id, address indexed from, uint256 index, Leg leg)',
  'event Withdrawn(bytes32 indexed id, uint256 index, address indexed to)',
  'event Disarmed(bytes32 indexed id, uint256 index)',
  'event Executed(bytes32 indexed id, address indexed by, uint64 fromWallets)',
  'event Cancelled(bytes32 indexed id, address indexed by, uint8 how)',
  'event Refunded(bytes32 indexed id, uint256 index, address indexed to)',
  'function executeSwap(Settlement settlement)',
  'function refund(Header header, bytes32[] legHashes, uint256 index, Leg leg)',
  'function escrowOf(bytes32 id) view returns (uint8 state, uint64 held, uint64 armed, uint64 left, uint8 legCount, bool registered)',
  'function balanceOf(address) view returns (uint256)',
]);
const balance1155 = parseAbi(['function balanceOf(address, uint256) view returns (uint256)']);
const owner721 = parseAbi(['function ownerOf(uint256) view returns (address)']);
const members = (text) => text.split(';').map((part) => part.trim()).filter(Boolean).map((part) => ({ type: part.split(' ')[0], name: part.split(' ')[1] }));
const types = { Leg: members(LEG.slice(LEG.indexOf('{') + 1, -1)), Settlement: [...members(HEADER), { type: 'Leg[]', name: 'legs' }] };
const STATES = ['None', 'Open', 'Executed', 'Cancelled'];
const PAGE = 10_000n;

const [command, ...rest] = process.argv.slice(2);
const option = (name, fallback) => {
  const at = rest.indexOf(name);
  if (at >= 0 && rest[at + 1]) return rest[at + 1];
  if (fallback === undefined) fail(`${name} is missing; see scripts/drill`);
  return fallback;
};
if (!['list', 'execute', 'refund'].includes(command)) fail('say list, execute or refund; see scripts/drill');
const escrow = option('--escrow');
const client = createPublicClient({ transport: http(option('--rpc-url')) });

function fail(message) {
  console.error(`drill: ${message}`);
  process.exit(1);
}

/** Every settlement that the logs know, by id. */
async function readLogs() {
  const settlements = new Map();
  const head = await client.getBlockNumber();
  for (let from = BigInt(option('--from-block', '0')); from <= head; from += PAGE) {
    const to = from + PAGE - 1n < head ? from + PAGE - 1n : head;
    for (const log of await client.getLogs({ address: escrow, fromBlock: from, toBlock: to })) fold(settlements, log);
  }
  return settlements;
}

function fold(settlements, { topics, data }) {
  let event;
  try {
    event = decodeEventLog({ abi, topics, data });
  } catch {
    return; // Advisory events of batches: no state.
  }
  const { eventName, args } = event;
  const known = settlements.get(args.id) ?? { state: 0, held: new Set(), armed: new Set(), legs: [] };
  settlements.set(args.id, known);
  const index = args.index === undefined ? undefined : Number(args.index);
  if (eventName === 'Registered') {
    const { legs, ...header } = args.settlement;
    Object.assign(known, { header, legs: [...legs], legCount: legs.length, state: Math.max(known.state, 1) });
  } else if (eventName === 'Opened') {
    Object.assign(known, { header: args.header, legCount: args.legHashes.length, state: 1 });
  } else if (eventName === 'Deposited' || eventName === 'Armed') {
    known.legs[index] = args.leg;
    known[eventName === 'Armed' ? 'armed' : 'held'].add(index);
  } else if (eventName === 'Withdrawn' || eventName === 'Refunded') known.held.delete(index);
  else if (eventName === 'Disarmed') known.armed.delete(index);
  else if (eventName === 'Executed') Object.assign(known, { state: 2, held: new Set(), armed: new Set() });
  else if (eventName === 'Cancelled') Object.assign(known, { state: 3, armed: new Set() });
}

/** The whole terms, or null while no log tells them all. */
function termsOf({ header, legs, legCount }) {
  return header && legs.filter(Boolean).length === legCount ? { ...header, legs } : null;
}

async function main() {
  const chainId = await client.getChainId();
  const domain = { name: 'Keystone SettlementEscrow', version: '1', chainId, verifyingContract: escrow };
  const settlements = await readLogs();
  const idOf = (message) => hashTypedData({ domain, types, primaryType: 'Settlement', message });
  if (command === 'list') return list(settlements, idOf);

  const account = privateKeyToAccount(readFileSync(option('--private-key-file'), 'utf8').trim());
  const wallet = createWalletClient({ account, transport: http(option('--rpc-url')) });
  const newSlot = await priceOfNewSlot(account);
  // `recipients`: balances that may be zero in the block and were not at the estimate. Gas that is not used is not paid.
  const send = async (functionName, args, recipients) => {
    const { request } = await client.simulateContract({ account, address: escrow, abi, functionName, args });
    const estimate = await client.estimateContractGas({ account, address: escrow, abi, functionName, args });
    const gas = estimate + estimate / 4n + newSlot * BigInt(recipients);
    const receipt = await client.waitForTransactionReceipt({ hash: await wallet.writeContract({ ...request, gas, chain: null }), pollingInterval: 100 });
    if (receipt.status !== 'success') throw new Error(`${functionName} was mined and reverted: ${receipt.transactionHash}`);
    console.log(`${functionName} in block ${receipt.blockNumber}, ${receipt.gasUsed} gas: ${receipt.transactionHash}`);
  };
  // One that cannot be helped stops no other.
  for (const id of option('--id').toLowerCase().split(',')) {
    try {
      const known = settlements.get(id);
      if (!known) throw new Error('the logs do not know it');
      if (command === 'execute') await execute(id, known, idOf, send);
      else await refund(id, known, send);
    } catch (error) {
      console.error(`drill: ${id}: ${error.shortMessage ?? error.message}`);
      process.exitCode = 1;
    }
  }
}

/** What writing an empty storage slot costs on this chain: the difference of creations that write nine of them and one. */
async function priceOfNewSlot(account) {
  const writing = (slots) => `0x${Array.from({ length: slots }, (_, i) => `600160${i.toString(16).padStart(2, '0')}55`).join('')}00`;
  const [one, nine] = await Promise.all([1, 9].map((slots) => client.estimateGas({ account, data: writing(slots) })));
  return (nine - one + 7n) / 8n;
}

async function execute(id, known, idOf, send) {
  const terms = termsOf(known);
  if (!terms) throw new Error('the logs do not tell all terms: not every leg is in');
  if (idOf(terms) !== id) throw new Error(`the rebuilt terms have the id ${idOf(terms)}`);
  await send('executeSwap', [terms], terms.legs.length);
}

async function refund(id, known, send) {
  if (known.held.size === 0) throw new Error('nothing is held for it');
  const terms = termsOf(known);
  // Without a registration, the legs that nobody put in are known by their hashes alone, which is all that a refund needs.
  const hashes = terms ? terms.legs.map((data) => hashStruct({ types, primaryType: 'Leg', data })) : await openedHashes(id);
  for (const index of known.held) await send('refund', [known.header, hashes, BigInt(index), known.legs[index]], 1);
}

async function openedHashes(id) {
  const [opened] = await client.getContractEvents({ address: escrow, abi, eventName: 'Opened', args: { id }, fromBlock: BigInt(option('--from-block', '0')) });
  return opened.args.legHashes;
}

async function list(settlements, idOf) {
  const owed = new Map();
  const rows = [];
  const differences = [];
  for (const [id, known] of settlements) {
    const terms = termsOf(known);
    if (terms && idOf(terms) !== id) differences.push(`the terms of ${id} hash to ${idOf(terms)}`);
    const [state, held, armed] = await client.readContract({ address: escrow, abi, functionName: 'escrowOf', args: [id] });
    const bits = (set) => [...set].reduce((sum, index) => sum + (1n << BigInt(index)), 0n);
    if (state !== known.state || held !== bits(known.held) || armed !== bits(known.armed)) differences.push(`logs and storage of ${id} differ`);
    for (const index of known.held) {
      const { kind, token, tokenId, amount } = known.legs[index];
      const key = `${kind} ${token} ${tokenId}`;
      owed.set(key, (owed.get(key) ?? 0n) + amount);
    }
    rows.push({ id, state: STATES[known.state], deadline: String(known.header?.deadline ?? ''), held: [...known.held], armed: [...known.armed], complete: terms !== null, terms });
  }
  const solvency = [];
  for (const [key, amount] of owed) {
    const [kind, token, tokenId] = key.split(' ');
    const has = kind === '0' ? await client.readContract({ address: token, abi, functionName: 'balanceOf', args: [escrow] })
      : kind === '2' ? await client.readContract({ address: token, abi: balance1155, functionName: 'balanceOf', args: [escrow, BigInt(tokenId)] })
      : (await client.readContract({ address: token, abi: owner721, functionName: 'ownerOf', args: [BigInt(tokenId)] })).toLowerCase() === escrow.toLowerCase() ? 1n : 0n;
    solvency.push({ token, tokenId, owed: String(amount), has: String(has) });
    if (has < amount) differences.push(`the escrow owes ${amount} of ${token}${kind === '0' ? '' : ` number ${tokenId}`} and has ${has}`);
  }
  if (rest.includes('--json')) {
    console.log(JSON.stringify({ settlements: rows, solvency, differences }, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2));
  } else {
    for (const { id, state, deadline, held, armed, complete, terms } of rows) {
      console.log(`${id} ${state}, deadline ${deadline || '?'}, held ${held.join(' ') || '-'}, armed ${armed.join(' ') || '-'}, terms ${complete ? 'complete' : 'not yet'}`);
      for (const leg of terms?.legs ?? []) console.log(`  ${leg.from} -> ${leg.to}: ${leg.amount} of ${leg.token}${leg.kind === 0 ? '' : ` number ${leg.tokenId}`}`);
      if (terms && terms.gate !== zeroAddress) console.log(`  gate ${terms.gate}`);
    }
    for (const { token, tokenId, owed: due, has } of solvency) console.log(`owed ${due} of ${token} ${tokenId}, has ${has}`);
    console.log(differences.length === 0 ? 'no differences' : differences.join('\n'));
  }
  if (differences.length > 0) process.exitCode = 1;
}

main().catch((error) => fail(error.shortMessage ?? error.message));
