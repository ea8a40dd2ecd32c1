#!/usr/bin/env node
// Random cases and what viem and ethers make of them, a line of JSON each; the C# side must arrive at the same bytes.
// usage: ethereum-peers.mjs <abi|signatures|transactions|typed-data|values> --seed N --count N [--from N]
// Case i of a seed is the same whatever the count: --from i --count 1 replays one.
import { AbiCoder, SigningKey, TypedDataEncoder, Wallet, encodeRlp, getAddress as ethersAddress, keccak256 as ethersKeccak } from 'ethers';
import { encodeAbiParameters, getAddress, hashDomain, hashStruct, hashTypedData, keccak256, toRlp } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const [kind, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = rest.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(rest[at + 1]);
};
const seed = option('seed', 1);
const from = option('from', 0);
const count = option('count', 10);

// ---- randomness of our own: small, fast, the same everywhere

let a, b, c, d;
function begin(index) {
  [a, b, c, d] = [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0, index >>> 0, 0x9e3779b9];
  for (let i = 0; i < 16; i++) next();
}
function next() {
  const t = (a + b + d) | 0;
  d = (d + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = ((c << 21) | (c >>> 11)) + t | 0;
  return t >>> 0;
}
const below = (n) => next() % n;
const chance = (n) => below(n) === 0;
const pick = (list) => list[below(list.length)];
const many = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const hex = (length) => {
  let text = '0x';
  for (let i = 0; i < length; i++) text += (next() >>> 24).toString(16).padStart(2, '0');
  return text;
};
const bits = (n) => {
  let value = 0n;
  for (let i = 0; i < n; i += 32) value = (value << 32n) | BigInt(next());
  return value & ((1n << BigInt(n)) - 1n);
};
// Integers of every length; the ends of the range often.
const unsigned = (n) => (chance(8) ? pick([0n, 1n, 127n, 128n, 255n, (1n << BigInt(n)) - 1n, 1n << BigInt(n - 1)]) & ((1n << BigInt(n)) - 1n) : bits(1 + below(n)));
const address = () => getAddress(chance(20) ? pick(['0x' + '00'.repeat(20), '0x' + 'ff'.repeat(20)]) : hex(20));
const length = (limit) => (chance(4) ? pick([0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 255, 256].filter((n) => n <= limit)) : below(limit + 1));
const text = () => {
  let s = '';
  for (let n = length(70); n > 0; n--) {
    s += pick([
      () => String.fromCharCode(0x20 + below(0x5f)), () => String.fromCharCode(0x20 + below(0x5f)), () => String.fromCharCode(below(0x20)),
      () => String.fromCharCode(0x80 + below(0xd780)), () => String.fromCodePoint(0x10000 + below(0xfffff)), () => pick(['"', '\\', '\u2028', 'é', '株'])])();
  }
  return s;
};

function same(what, one, other, input) {
  if (one === other) return one;
  throw new Error(`viem and ethers differ in ${what}: ${one} / ${other}\n${json(input)}`);
}
const json = (value) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v));

// ---- ABI, of the types that the contracts of this system have

const elementary = () => ({ type: pick(['uint8', 'uint64', 'uint256', 'uint256', 'address', 'bool', 'bytes32', 'bytes', 'string']) });
function abiType(depth) {
  const shape = depth === 0 ? 0 : below(10);
  if (shape < 6) return elementary();
  if (shape < 8) return { type: 'tuple', components: many(1 + below(4), () => abiType(depth - 1)) };
  const item = abiType(depth - 1);
  return { ...item, type: `${item.type}${chance(2) ? '[]' : `[${1 + below(4)}]`}` };
}
const abiText = ({ type, components }) => (type.startsWith('tuple') ? `(${components.map(abiText).join(',')})${type.slice(5)}` : type);
// viem wants names to be there, and no two alike: without them a tuple is given as a list.
function abiValue({ type, components }) {
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array) return many(array[2] === '' ? pick([0, 1, 1, 2, 3, 5]) : Number(array[2]), () => abiValue({ type: array[1], components }));
  if (type === 'tuple') return components.map(abiValue);
  if (type === 'address') return address();
  if (type === 'bool') return chance(2);
  if (type === 'string') return text();
  if (type === 'bytes') return hex(length(100));
  if (type.startsWith('bytes')) return hex(Number(type.slice(5)));
  return unsigned(Number(type.slice(4)));
}
const coder = AbiCoder.defaultAbiCoder();
function abi() {
  const types = many(1 + below(4), () => abiType(3));
  const values = types.map(abiValue);
  const viem = encodeAbiParameters(types, values);
  const ethers = coder.encode(types.map(abiText), values);
  const named = (list) => list.map(({ type, components }, n) => ({ name: `m${n}`, type, ...(components ? { components: named(components) } : {}) }));
  return { types: named(types), values, encoded: same('ABI', viem, ethers, { types, values }) };
}

// ---- transactions

const keys = new Map();
function account(index) {
  if (!keys.has(index)) {
    const key = keccak256(`0x${index.toString(16).padStart(8, '0')}`);
    keys.set(index, { key, viem: privateKeyToAccount(key), ethers: new Wallet(key) });
  }
  return keys.get(index);
}
async function transaction() {
  const signer = account(below(64));
  const fee = unsigned(pick([8, 40, 64, 255]));
  const common = {
    nonce: chance(4) ? below(200) : Number(bits(1 + below(52))), gas: unsigned(pick([24, 40, 63])), to: chance(6) ? null : address(),
    value: unsigned(pick([8, 64, 256])), data: hex(length(300)), chainId: Number(bits(1 + below(pick([8, 31, 50]))) + 1n),
    maxFeePerGas: fee, maxPriorityFeePerGas: fee === 0n ? 0n : bits(256) % (fee + 1n),
    accessList: many(pick([0, 0, 1, 2, 4]), () => ({ address: address(), storageKeys: many(below(4), () => hex(32)) })),
  };
  const viem = await signer.viem.signTransaction({ type: 'eip1559', ...common });
  const { gas, ...others } = common;
  const ethers = await signer.ethers.signTransaction({ type: 2, gasLimit: gas, ...others });
  const raw = same('a transaction', viem, ethers, common);
  return { key: signer.key, from: signer.viem.address, ...common, raw, hash: keccak256(raw) };
}

// ---- signatures: every fifth key begins with one or two zero bytes

async function signature(index) {
  const zeros = index % 5 === 4 ? 1 + below(2) : 0;
  const key = `0x${'00'.repeat(zeros)}${hex(32 - zeros).slice(2)}`;
  const digest = hex(32);
  const viem = privateKeyToAccount(key);
  const ethers = new SigningKey(key).sign(digest).serialized;
  const unsigned = { chainId: 1 + below(100), nonce: below(1000), gas: 21_000n, to: address(), value: bits(60), data: hex(length(40)), maxFeePerGas: bits(40), maxPriorityFeePerGas: 0n };
  return {
    key, publicKey: viem.publicKey, from: viem.address, digest, signature: same('a signature', await viem.sign({ hash: digest }), ethers, { key, digest }),
    ...unsigned, accessList: [], raw: await viem.signTransaction({ type: 'eip1559', ...unsigned }),
  };
}

// ---- typed data: a domain as the escrow has it, and a struct whose members are one word each

const word = () => pick(['amount', 'owner', 'leg', 'note', 'deadline', '_salt', 'x1', 'Zone', 'to', 'from', 'nonce', '$fee']);
function typedData() {
  const domain = { name: text(), version: pick(['1', '2.0', 'v', '1.0.0-β']), chainId: bits(1 + below(64)), verifyingContract: address() };
  const primaryType = pick(['Order', 'Asset', 'Leg', 'A', 'zeta', 'Person', '_T']);
  const members = many(1 + below(8), (n) => ({ name: `${word()}${n}`, type: pick(['uint8', 'uint64', 'uint256', 'address', 'bool', 'bytes32']) }));
  const types = { [primaryType]: members };
  const message = Object.fromEntries(members.map(({ name, type }) => [name, abiValue({ type })]));
  const input = { domain, types, message };
  const encoder = TypedDataEncoder.from(types);
  const domainMembers = [['name', 'string'], ['version', 'string'], ['chainId', 'uint256'], ['verifyingContract', 'address']].map(([name, type]) => ({ name, type }));
  return {
    ...input, primaryType, types: { EIP712Domain: domainMembers, ...types },
    digest: same('typed data', hashTypedData({ domain, types, primaryType, message }), TypedDataEncoder.hash(domain, types, message), input),
    separator: same('a domain', hashDomain({ domain, types: { EIP712Domain: domainMembers } }), TypedDataEncoder.hashDomain(domain), input),
    struct: same('a struct', hashStruct({ data: message, primaryType, types }), encoder.hashStruct(primaryType, message), input),
    encodeType: encoder.encodeType(primaryType),
  };
}

// ---- hashes, checksums, RLP

const rlpItem = (depth) => (depth > 0 && chance(3) ? many(below(5), () => rlpItem(depth - 1)) : chance(5) ? `0x${below(256).toString(16).padStart(2, '0')}` : hex(length(80)));
function values() {
  const bytes = hex(length(300));
  const item = rlpItem(4);
  const lower = hex(20);
  return {
    bytes, keccak: same('keccak', keccak256(bytes), ethersKeccak(bytes), bytes), address: same('a checksum', getAddress(lower), ethersAddress(lower), lower),
    item, rlp: same('RLP', toRlp(item), encodeRlp(item), item),
  };
}

const make = { abi, signatures: signature, transactions: transaction, 'typed-data': typedData, values }[kind];
if (!make) {
  console.error('usage: ethereum-peers.mjs <abi|signatures|transactions|typed-data|values> --seed N --count N [--from N]');
  process.exit(2);
}
let lines = [];
for (let i = from; i < from + count; i++) {
  begin(i);
  let line;
  try {
    line = await make(i);
  } catch (fault) {
    console.error(`case ${i} of seed ${seed}: ${fault.stack}`);
    process.exit(1);
  }
  lines.push(json(line));
  if (lines.length === 200 || i === from + count - 1) {
    // The reader sets the pace.
    if (!process.stdout.write(`${lines.join('\n')}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    lines = [];
  }
}
