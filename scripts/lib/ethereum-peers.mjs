#!/usr/bin/env node
// Random cases and what viem and ethers make of them, a line of JSON each; the C# side must arrive at the same bytes.
// usage: ethereum-peers.mjs <abi|transactions|typed-data|values> --seed N --count N [--from N]
// Case i of a seed is the same whatever the count: --from i --count 1 replays one.
import { AbiCoder, TypedDataEncoder, Wallet, encodeRlp, getAddress as ethersAddress, keccak256 as ethersKeccak } from 'ethers';
import { encodeAbiParameters, getAddress, hashDomain, hashTypedData, keccak256, toRlp } from 'viem';
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
const signed = (n) => BigInt.asIntN(n, unsigned(n));
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

// ---- ABI

function abiType(depth) {
  const shape = depth === 0 ? 0 : below(10);
  if (shape < 6) {
    return pick([
      () => ({ type: `uint${8 * (1 + below(32))}` }), () => ({ type: `int${8 * (1 + below(32))}` }), () => ({ type: 'uint256' }), () => ({ type: 'address' }),
      () => ({ type: 'bool' }), () => ({ type: `bytes${1 + below(32)}` }), () => ({ type: 'bytes' }), () => ({ type: 'string' })])();
  }
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
  return type.startsWith('uint') ? unsigned(Number(type.slice(4))) : signed(Number(type.slice(3)));
}
const coder = AbiCoder.defaultAbiCoder();
function abi() {
  const types = many(1 + below(4), () => abiType(3));
  const values = types.map(abiValue);
  const viem = encodeAbiParameters(types, values);
  const ethers = coder.encode(types.map(abiText), values);
  return { type: `(${types.map(abiText).join(',')})`, value: values, encoded: same('ABI', viem, ethers, { types, values }) };
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
  const type = pick(['legacy', 'eip2930', 'eip1559']);
  const fee = unsigned(pick([8, 40, 64, 255]));
  const common = {
    nonce: chance(4) ? below(200) : Number(bits(1 + below(52))), gas: unsigned(pick([24, 40, 63])), to: chance(6) ? null : address(),
    value: unsigned(pick([8, 64, 256])), data: hex(length(300)),
  };
  const chainId = type === 'legacy' && chance(3) ? undefined : Number(bits(1 + below(pick([8, 31, 50]))) + 1n);
  const accessList = type === 'legacy' ? undefined : many(pick([0, 0, 1, 2, 4]), () => ({ address: address(), storageKeys: many(below(4), () => hex(32)) }));
  const price = type === 'eip1559' ? { maxFeePerGas: fee, maxPriorityFeePerGas: fee === 0n ? 0n : bits(256) % (fee + 1n) } : { gasPrice: fee };
  const viem = await signer.viem.signTransaction({ type, chainId, accessList, ...common, ...price });
  const { gas, ...others } = common;
  const ethers = await signer.ethers.signTransaction({
    type: { legacy: 0, eip2930: 1, eip1559: 2 }[type], chainId: chainId ?? 0, gasLimit: gas, ...(accessList ? { accessList } : {}), ...others, ...price,
  });
  const raw = same('a transaction', viem, ethers, { type, chainId, accessList, ...common, ...price });
  return {
    type: { legacy: 0, eip2930: 1, eip1559: 2 }[type], key: signer.key, from: signer.viem.address, chainId: chainId ?? null, accessList: accessList ?? [], ...common,
    data: common.data, price: (price.gasPrice ?? price.maxFeePerGas).toString(), tip: (price.maxPriorityFeePerGas ?? 0n).toString(), gas: gas.toString(), raw, hash: keccak256(raw),
  };
}

// ---- typed data

const word = () => pick(['amount', 'owner', 'leg', 'note', 'deadline', '_salt', 'x1', 'Zone', 'to', 'from', 'nonce', '$fee']);
function typedData() {
  // Each type refers only to later ones, and the first to all: ethers wants one root and no cycle.
  const names = many(1 + below(4), (i) => `${pick(['Order', 'Asset', 'Leg', 'A', 'zeta', 'Person', '_T'])}${i}`);
  const elementary = () => pick([
    () => `uint${8 * (1 + below(32))}`, () => `int${8 * (1 + below(32))}`, () => 'address', () => 'bool', () => `bytes${1 + below(32)}`, () => 'bytes', () => 'string'])();
  const suffix = () => many(pick([0, 0, 0, 1, 2]), () => (chance(2) ? '[]' : `[${1 + below(3)}]`)).join('');
  const types = {};
  names.forEach((name, i) => {
    const fields = many(below(4) + (i === names.length - 1 ? 1 : 0), () => elementary() + suffix());
    if (i + 1 < names.length) fields.splice(below(fields.length + 1), 0, names[i + 1] + suffix());
    if (i + 2 < names.length && chance(2)) fields.push(pick(names.slice(i + 2)) + suffix());
    types[name] = fields.map((type, n) => ({ name: `${word()}${n}`, type }));
  });
  const domain = {};
  if (!chance(4)) domain.name = text();
  if (!chance(4)) domain.version = pick(['1', '2.0', 'v', '1.0.0-β']);
  if (!chance(4)) domain.chainId = chance(3) ? unsigned(256) : BigInt(1 + below(100000));
  if (!chance(4)) domain.verifyingContract = address();
  if (chance(4)) domain.salt = hex(32);
  const value = (type) => {
    const array = /^(.*)\[(\d*)\]$/.exec(type);
    if (array) return many(array[2] === '' ? below(4) : Number(array[2]), () => value(array[1]));
    return types[type] ? Object.fromEntries(types[type].map((member) => [member.name, value(member.type)])) : abiValue({ type });
  };
  const message = value(names[0]);
  const viem = hashTypedData({ domain, types, primaryType: names[0], message });
  const encoder = TypedDataEncoder.from(types);
  const ethers = TypedDataEncoder.hash(domain, types, message);
  const input = { domain, types, message };
  // The document as a wallet may be given it: integers as numbers, decimal text or hexadecimal text.
  const form = (v) => {
    if (typeof v === 'bigint') {
      if (v >= 0n && chance(4)) return `0x${v.toString(16)}`;
      return v > -(1n << 53n) && v < 1n << 53n && chance(2) ? Number(v) : v.toString();
    }
    if (Array.isArray(v)) return v.map(form);
    return v !== null && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, inner]) => [k, form(inner)])) : v;
  };
  const members = [['name', 'string'], ['version', 'string'], ['chainId', 'uint256'], ['verifyingContract', 'address'], ['salt', 'bytes32']]
    .filter(([name]) => name in domain).map(([name, type]) => ({ name, type }));
  const domainTypes = chance(2) ? { EIP712Domain: members } : {};
  return {
    document: { types: { ...domainTypes, ...types }, primaryType: names[0], domain: form(domain), message: form(message) },
    digest: same('typed data', viem, ethers, input),
    domain: same('a domain', hashDomain({ domain, types: { EIP712Domain: members } }), TypedDataEncoder.hashDomain(domain), input),
    struct: encoder.hashStruct(names[0], message),
    encodeType: encoder.encodeType(names[0]),
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

const make = { abi, transactions: transaction, 'typed-data': typedData, values }[kind];
if (!make) {
  console.error('usage: ethereum-peers.mjs <abi|transactions|typed-data|values> --seed N --count N [--from N]');
  process.exit(2);
}
let lines = [];
for (let i = from; i < from + count; i++) {
  begin(i);
  let line;
  try {
    line = await make();
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
