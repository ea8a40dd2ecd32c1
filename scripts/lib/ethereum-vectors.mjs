#!/usr/bin/env node
// Vectors for the protocol library, computed by viem: the C# side must arrive at the same bytes.
// Writes tests/vectors/ethereum.json; with --check compares with what is there and ends with `N passed, N failed`.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeAbiParameters, getAddress, hashTypedData, keccak256, parseTransaction, serializeTransaction, toHex, toRlp } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../tests/vectors/ethereum.json');

// A small generator of our own, so that the file is the same on every machine.
let seed = 0x9e3779b9n;
const next = (bits) => {
  let value = 0n;
  for (let i = 0; i < bits; i += 32) {
    seed = (seed * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    value = (value << 32n) | (seed >> 32n);
  }
  return value & ((1n << BigInt(bits)) - 1n);
};
const below = (n) => Number(next(32) % BigInt(n));
const bytes = (length) => (length === 0 ? '0x' : toHex(next(length * 8), { size: length }));
// Lengths of integers vary, so that leading zeros are seen.
const integer = (bits) => next(1 + below(bits));
const address = () => getAddress(bytes(20));

const abi = Array.from({ length: 60 }, () => value(3));

function value(depth) {
  const kinds = ['uint256', 'address', 'bool', 'bytes32', 'bytes', 'string', ...(depth > 0 ? ['tuple', 'array', 'tuple', 'array'] : [])];
  const type = kinds[below(kinds.length)];
  switch (type) {
    case 'uint256': return { type, value: integer(256).toString() };
    case 'address': return { type, value: address() };
    case 'bool': return { type, value: below(2) === 1 };
    case 'bytes32': return { type, value: bytes(32) };
    case 'bytes': return { type, value: bytes(below(70)) };
    case 'string': return { type, value: ['', 'KBOND', 'Zürich 株式', 'x'.repeat(below(80))][below(4)] };
    case 'tuple': return { type, value: Array.from({ length: 1 + below(4) }, () => value(depth - 1)) };
    default: {
      const first = value(depth - 1);
      return { type, value: Array.from({ length: 1 + below(3) }, () => again(first)) };
    }
  }
}
// Another value of the same type: items of an array share one.
function again(sample) {
  switch (sample.type) {
    case 'uint256': return { ...sample, value: integer(256).toString() };
    case 'address': return { ...sample, value: address() };
    case 'bytes32': return { ...sample, value: bytes(32) };
    case 'bytes': return { ...sample, value: bytes(below(70)) };
    case 'tuple': return { ...sample, value: sample.value.map(again) };
    default: return sample;
  }
}
const typeOf = ({ type, value: v }) =>
  type === 'tuple' ? { type, components: v.map((m, i) => ({ name: `m${i}`, ...typeOf(m) })) }
    : type === 'array' ? (() => { const item = typeOf(v[0]); return { ...item, type: `${item.type}[]` }; })()
      : { type };
const plain = ({ type, value: v }) =>
  type === 'uint256' ? BigInt(v) : type === 'tuple' ? Object.fromEntries(v.map((m, i) => [`m${i}`, plain(m)])) : type === 'array' ? v.map(plain) : v;

const rlp = [[], '0x', '0x00', '0x7f', '0x80', bytes(55), bytes(56), bytes(300), [bytes(1), [bytes(40), [], [bytes(60)]]], Array.from({ length: 30 }, () => bytes(below(5)))];

const transactions = [];
for (let i = 0; i < 40; i++) {
  const privateKey = bytes(32);
  const account = privateKeyToAccount(privateKey);
  const fields = {
    type: 'eip1559', chainId: Number(integer(40)) + 1, nonce: Number(integer(30)), maxPriorityFeePerGas: integer(40),
    maxFeePerGas: integer(60) + (1n << 41n), gas: integer(30) + 21_000n, to: i % 7 === 0 ? undefined : address(), value: integer(120), data: bytes(below(100)),
  };
  const raw = await account.signTransaction(fields);
  if (parseTransaction(raw).nonce !== (fields.nonce || undefined) && fields.nonce !== 0) throw new Error('viem disagrees with itself');
  transactions.push({
    private_key: privateKey, from: account.address, chain_id: String(fields.chainId), nonce: String(fields.nonce),
    max_priority_fee_per_gas: String(fields.maxPriorityFeePerGas), max_fee_per_gas: String(fields.maxFeePerGas), gas: String(fields.gas),
    to: fields.to ?? null, value: String(fields.value), data: fields.data, signing_hash: keccak256(serializeTransaction(fields)), raw, hash: keccak256(raw),
  });
}

const typedData = Array.from({ length: 20 }, () => {
  const domain = { name: 'Keystone SettlementEscrow', version: '1', chainId: Number(integer(40)) + 1, verifyingContract: address() };
  const message = { settlement: bytes(32), leg: integer(64) };
  const digest = hashTypedData({
    domain, primaryType: 'Deposit', message,
    types: { Deposit: [{ name: 'settlement', type: 'bytes32' }, { name: 'leg', type: 'uint256' }] },
  });
  return { name: domain.name, version: domain.version, chain_id: String(domain.chainId), verifying_contract: domain.verifyingContract, settlement: message.settlement, leg: String(message.leg), digest };
});

const vectors = {
  about: 'Made by scripts/lib/ethereum-vectors.mjs with viem; checked by tests/Ethereum.Tests. Integers are decimal strings, bytes are 0x hexadecimal.',
  abi: abi.map((v) => ({ ...v, encoded: encodeAbiParameters([typeOf(v)], [plain(v)]) })),
  rlp: rlp.map((item) => ({ item, encoded: toRlp(item) })),
  transactions,
  typed_data: typedData,
};
const text = `${JSON.stringify(vectors, null, 1)}\n`;

if (process.argv.includes('--check')) {
  const stored = JSON.parse(fs.readFileSync(file, 'utf8'));
  let passed = 0;
  let failed = 0;
  for (const group of ['abi', 'rlp', 'transactions', 'typed_data'])
    for (let i = 0; i < Math.max(vectors[group].length, stored[group]?.length ?? 0); i++)
      if (JSON.stringify(vectors[group][i]) === JSON.stringify(stored[group]?.[i])) passed++;
      else { failed++; console.log(`${group}[${i}] differs`); }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
fs.writeFileSync(file, text);
