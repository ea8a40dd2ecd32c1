#!/usr/bin/env node
// Writes tests/vectors/settlement-ids.json with viem. With --check it recomputes every hash of the committed file and exits 1 on a difference;
// --json adds a machine-readable summary. The same file is checked by the contracts' tests and by the .NET tests.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TypedDataEncoder } from 'ethers';
import { concat, domainSeparator, getAddress, hashStruct, hashTypedData, keccak256, maxUint256, maxUint64, numberToHex, stringToHex, toHex, zeroAddress, zeroHash } from 'viem';
import { keep, root } from './common.mjs';

const file = path.join(root, 'tests/vectors/settlement-ids.json');

const KINDS = ['ERC20', 'ERC721', 'ERC1155'];
const MODES = ['CUSTODY', 'CHECKED', 'DIRECT'];

const types = {
  Leg: [
    { name: 'kind', type: 'uint8' },
    { name: 'mode', type: 'uint8' },
    { name: 'token', type: 'address' },
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'refundTo', type: 'address' },
    { name: 'tokenId', type: 'uint256' },
    { name: 'amount', type: 'uint256' },
  ],
  Settlement: [
    { name: 'ref', type: 'bytes32' },
    { name: 'notBefore', type: 'uint64' },
    { name: 'deadline', type: 'uint64' },
    { name: 'operator', type: 'address' },
    { name: 'gate', type: 'address' },
    { name: 'commitment', type: 'bytes32' },
    { name: 'legs', type: 'Leg[]' },
  ],
  Deposit: [
    { name: 'settlement', type: 'bytes32' },
    { name: 'leg', type: 'uint256' },
  ],
  Cancel: [{ name: 'settlement', type: 'bytes32' }],
};

/** Every hash of one settlement, by viem from the typed data and, for the id, also by the formula of the specification. */
function hashesOf({ chainId, verifyingContract, settlement }) {
  const domain = { name: 'Keystone SettlementEscrow', version: '1', chainId: Number(chainId), verifyingContract };
  const message = {
    ...settlement,
    notBefore: BigInt(settlement.notBefore),
    deadline: BigInt(settlement.deadline),
    legs: settlement.legs.map((leg) => ({
      ...leg,
      kind: KINDS.indexOf(leg.kind),
      mode: MODES.indexOf(leg.mode),
      tokenId: BigInt(leg.tokenId),
      amount: BigInt(leg.amount),
    })),
  };
  const legHashes = message.legs.map((leg) => hashStruct({ types, primaryType: 'Leg', data: leg }));
  const legsHash = keccak256(concat(legHashes));
  const structHash = hashStruct({ types, primaryType: 'Settlement', data: message });
  const separator = domainSeparator({ domain });
  const id = hashTypedData({ domain, types, primaryType: 'Settlement', message });
  if (id !== keccak256(concat(['0x1901', separator, structHash]))) throw new Error('the id is not the digest of its parts');
  return {
    domainSeparator: separator,
    legHashes,
    legsHash,
    structHash,
    id,
    depositWitness: hashStruct({ types, primaryType: 'Deposit', data: { settlement: id, leg: 0n } }),
    cancelDigest: hashTypedData({ domain, types, primaryType: 'Cancel', message: { settlement: id } }),
  };
}

const bytes32 = (text) => keccak256(stringToHex(text));
const address = (text) => getAddress(`0x${bytes32(text).slice(-40)}`);
const maxAddress = getAddress(`0x${'ff'.repeat(20)}`);
/** `ref` as the services make it: the 16 bytes of a UUID in network order, then 16 zero bytes. */
const uuidRef = (uuid) => `0x${uuid.replaceAll('-', '')}${'00'.repeat(16)}`;

const CANONICAL = '0x1111222233334444555566667777888899990000';
const sepolia = { chainId: '11155111', verifyingContract: getAddress(CANONICAL) };
const [alice, bob, carol, dave] = ['alice', 'bob', 'carol', 'dave'].map(address);
const [bond, cash, deed, share] = ['bond', 'cash', 'deed', 'share'].map(address);

function leg(kind, mode, token, from, to, amount, { tokenId = 0n, refundTo = from } = {}) {
  return { kind, mode, token, from, to, refundTo, tokenId: String(tokenId), amount: String(amount) };
}

function settlement(legs, terms = {}) {
  return {
    ref: uuidRef('019a5b2e-7c41-7d3a-9f10-0a1b2c3d4e5f'),
    notBefore: '0',
    deadline: '1798761600',
    operator: zeroAddress,
    gate: zeroAddress,
    commitment: zeroHash,
    ...terms,
    legs,
  };
}

function inputs() {
  const swap = [
    leg('ERC20', 'CUSTODY', bond, alice, bob, 1_000_000n * 10n ** 18n),
    leg('ERC20', 'CUSTODY', cash, bob, alice, 985_500n * 10n ** 6n),
  ];
  const wide = Array.from({ length: 16 }, (_, i) => {
    const kind = KINDS[i % 3];
    const mode = kind === 'ERC20' ? MODES[(i / 3) % 3 | 0] : MODES[i % 2 === 0 ? 0 : 2];
    const from = address(`party ${i}`);
    return leg(kind, mode, address(`token ${i}`), from, address(`party ${(i + 1) % 16}`), kind === 'ERC721' ? 1n : BigInt(i + 1) * 10n ** 12n, {
      tokenId: kind === 'ERC20' ? 0n : BigInt(1000 + i),
      refundTo: mode === 'DIRECT' ? from : address(`refund ${i}`),
    });
  });
  return [
    { name: 'one leg, no roles', ...sepolia, settlement: settlement([leg('ERC20', 'CUSTODY', cash, alice, bob, 1n)]) },
    {
      name: 'bond against cash, operator and commitment',
      ...sepolia,
      settlement: settlement(swap, { operator: address('keeper'), commitment: bytes32('salt and document') }),
    },
    { name: 'bond against cash on mainnet', chainId: '1', verifyingContract: address('escrow'), settlement: settlement(swap) },
    { name: 'bond against cash on a development chain', chainId: '31337', verifyingContract: address('escrow'), settlement: settlement(swap) },
    {
      name: 'three kinds, three parties',
      ...sepolia,
      settlement: settlement(
        [
          leg('ERC721', 'CUSTODY', deed, alice, bob, 1n, { tokenId: 42n }),
          leg('ERC20', 'CUSTODY', cash, bob, carol, 250_000_000n, { refundTo: dave }),
          leg('ERC1155', 'CUSTODY', share, carol, alice, 75n, { tokenId: 7n }),
        ],
        { notBefore: '1790000000', gate: address('gate') },
      ),
    },
    {
      name: 'checked security against direct payment',
      ...sepolia,
      settlement: settlement([leg('ERC20', 'CHECKED', bond, alice, bob, 500n), leg('ERC20', 'DIRECT', cash, bob, alice, 123_456_789n)], {
        operator: address('operator'),
        gate: address('gate'),
        commitment: bytes32('terms'),
      }),
    },
    {
      name: 'two identical legs',
      ...sepolia,
      settlement: settlement([leg('ERC20', 'CUSTODY', cash, alice, bob, 10n), leg('ERC20', 'CUSTODY', cash, alice, bob, 10n)]),
    },
    {
      name: 'largest values',
      // The largest chain id that viem takes exactly.
      chainId: String(Number.MAX_SAFE_INTEGER),
      verifyingContract: maxAddress,
      settlement: settlement(
        [leg('ERC1155', 'DIRECT', maxAddress, maxAddress, getAddress(numberToHex(1, { size: 20 })), maxUint256, { tokenId: maxUint256 })],
        {
          ref: toHex(maxUint256),
          notBefore: String(maxUint64),
          deadline: String(maxUint64),
          operator: maxAddress,
          gate: maxAddress,
          commitment: toHex(maxUint256),
        },
      ),
    },
    {
      name: 'direct non-fungibles both ways',
      chainId: '8453',
      verifyingContract: address('another escrow'),
      settlement: settlement(
        [
          leg('ERC721', 'DIRECT', deed, alice, bob, 1n, { tokenId: maxUint256 }),
          leg('ERC1155', 'DIRECT', share, bob, alice, 2n ** 128n, { tokenId: 0n }),
        ],
        { ref: uuidRef('00112233-4455-6677-8899-aabbccddeeff'), gate: address('another gate') },
      ),
    },
    { name: 'sixteen legs in a ring', ...sepolia, settlement: settlement(wide, { operator: address('keeper'), commitment: bytes32('ring') }) },
  ];
}

const FORMAT =
  'Numbers are decimal strings, bytes are 0x hex, addresses are checksummed. kind: ERC20 0, ERC721 1, ERC1155 2; mode: CUSTODY 0, CHECKED 1, DIRECT 2. ' +
  'depositWitness is the struct hash of Deposit(id, 0); cancelDigest is the EIP-712 digest of Cancel(id).';

function check() {
  const { vectors } = JSON.parse(readFileSync(file, 'utf8'));
  const results = vectors.map((vector) => {
    const expected = hashesOf(vector);
    const wrong = Object.keys(expected).filter((key) => JSON.stringify(expected[key]) !== JSON.stringify(vector[key]));
    return { name: vector.name, passed: wrong.length === 0, wrong };
  });
  results.push({ name: 'the file holds exactly the generated settlements', passed: readFileSync(file, 'utf8') === render(), wrong: ['file'] });
  results.push(permit2Type());
  for (const { name, passed, wrong } of results) {
    if (!passed) console.error(`FAIL ${name}: ${wrong.join(', ')}`);
  }
  const failed = results.filter((result) => !result.passed).length;
  if (process.argv.includes('--json')) console.log(JSON.stringify({ suite: 'settlement ids (viem)', passed: results.length - failed, failed }));
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** The type string that the contract gives to Permit2, against what two other libraries make of the types; what a wallet signs comes from those. */
function permit2Type() {
  const permit = {
    PermitWitnessTransferFrom: [
      { name: 'permitted', type: 'TokenPermissions' },
      { name: 'spender', type: 'address' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
      { name: 'witness', type: 'Deposit' },
    ],
    TokenPermissions: [{ name: 'token', type: 'address' }, { name: 'amount', type: 'uint256' }],
    Deposit: types.Deposit,
  };
  const source = readFileSync(path.join(root, 'contracts/src/libraries/TokenMoves.sol'), 'utf8');
  const witness = source.match(/WITNESS_TYPE =\s+"([^"]+)"/)[1];
  // Permit2's own stub, PermitHash.sol.
  const full = `PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,${witness}`;
  const data = { permitted: { token: bond, amount: 5n }, spender: CANONICAL, nonce: 7n, deadline: 9n, witness: { settlement: bytes32('id'), leg: 3n } };
  const word = (value) => numberToHex(BigInt(value), { size: 32 });
  const inner = (primaryType, value) => hashStruct({ types: permit, primaryType, data: value });
  const byHand = keccak256(concat([
    keccak256(stringToHex(full)), inner('TokenPermissions', data.permitted), word(CANONICAL), word(7), word(9), inner('Deposit', data.witness),
  ]));
  const wrong = [];
  if (TypedDataEncoder.from(permit).encodeType('PermitWitnessTransferFrom') !== full) wrong.push('the type of ethers');
  if (inner('PermitWitnessTransferFrom', data) !== byHand) wrong.push('the hash of viem');
  return { name: "Permit2's type", passed: wrong.length === 0, wrong };
}

function render() {
  const vectors = inputs().map((input) => ({ ...input, ...hashesOf(input) }));
  return `${JSON.stringify({ format: FORMAT, vectors }, null, 2)}\n`;
}

if (process.argv.includes('--check')) {
  check();
} else {
  keep(file, render(), false);
  console.log(`written ${path.relative(root, file)}`);
}
