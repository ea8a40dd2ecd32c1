#!/usr/bin/env node
// Proves of the published bytecode, for all values, that ids are what the specification says and that what was deposited comes back: the bytecode is run with symbols
// (symbolic-evm.mjs), and z3 is asked whether any call leads elsewhere. Also that each of a list of faults is found. Needs z3 in PATH (Debian: apt-get install z3);
// without it nothing is proved and this ends with status 3. --list prints every theorem. Last line: `N passed, N failed`.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { keccak256, stringToHex, toFunctionSelector } from 'viem';
import { root, sourcesOf } from './common.mjs';
import { add, bytesOf, calldata, hash, openIn, partsOfZero, Query, run, symbol, term, wordsOf } from './symbolic-evm.mjs';

const solc = createRequire(import.meta.url)('solc');
const MAX_LEGS = 64;
const SOLVER_SECONDS = 60;

if (spawnSync('z3', ['--version']).status !== 0) {
  console.log('bytecode-proofs: z3 is not installed, so nothing was proved (apt-get install z3).');
  process.exit(3);
}

/* THE SPECIFICATION: EIP-712 over these types, members in this order, each a word of the calldata. */

const LEG = [
  ['uint8', 'kind'], ['uint8', 'mode'], ['address', 'token'], ['address', 'from'], ['address', 'to'], ['address', 'refundTo'], ['uint256', 'tokenId'], ['uint256', 'amount'],
];
const HEADER = [['bytes32', 'ref'], ['uint64', 'notBefore'], ['uint64', 'deadline'], ['address', 'operator'], ['address', 'gate'], ['bytes32', 'commitment']];
const BITS = { uint8: 8, uint64: 64, address: 160, uint256: 256, bytes32: 256 };
const KINDS = 3n;

const text = (value) => BigInt(keccak256(stringToHex(value)));
const signature = (name, members) => `${name}(${members.map((member) => member.join(' ')).join(',')})`;
const LEG_TYPE = signature('Leg', LEG);
const LEG_TYPEHASH = text(LEG_TYPE);
const SETTLEMENT_TYPEHASH = text(signature('Settlement', [...HEADER, ['Leg[]', 'legs']]) + LEG_TYPE);
const DOMAIN_TYPEHASH = text('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');

const domainOf = (chainId, contract) => hash([DOMAIN_TYPEHASH, text('Keystone SettlementEscrow'), text('1'), chainId, contract]);

/** The value of a member that lies at a place of the calldata: as many bits as its type has. */
const member = ([type], place) => term('AND', calldata(place), (1n << BigInt(BITS[type])) - 1n);
const membersAt = (members, place) => members.map((each, i) => member(each, add(place, BigInt(32 * i))));
const legHashAt = (place) => hash([LEG_TYPEHASH, ...membersAt(LEG, place)]);
const digest = (domain, structHash) => hash(wordsOf([0x19, 0x01, ...bytesOf(domain), ...bytesOf(structHash)]), 66);
const idFrom = (domain, header, legsHash) => digest(domain, hash([SETTLEMENT_TYPEHASH, ...membersAt(HEADER, header), legsHash]));
const legsHashAt = (legs, count) => hash(Array.from({ length: count }, (_, i) => legHashAt(add(legs, BigInt(256 * i)))));

/** Conditions, as terms that are not zero, that the words at a place are values of their types: nothing above them, enums within their range. */
function canonical(members, place) {
  return members.map(([type, name], i) => {
    const word = calldata(add(place, BigInt(32 * i)));
    if (name === 'kind' || name === 'mode') return term('LT', word, KINDS);
    return BITS[type] === 256 ? 1n : term('LT', word, 1n << BigInt(BITS[type]));
  });
}

/* WHERE THINGS LIE IN THE CALLDATA */

const size = symbol('CALLDATASIZE');
const argument = (i) => calldata(4n + 32n * BigInt(i));
const atMost = (a, b) => term('ISZERO', term('LT', b, a));
/** An array in the calldata whose length is that of `length`; what lies outside of the calldata reads as zero, so that a length that is not lies inside. */
const arrayAt = (place) => ({ length: calldata(place), first: add(place, 32n), inside: term('LT', place, size) });

/** Where encoders put the terms of `idOf`: all places are numbers, and what z3 finds possible is. */
const PLAIN = {
  header: 0x24n,
  legs: arrayAt(0x104n),
  known: (count) => [[argument(0), 0x20n], [calldata(0xe4n), 0xe0n], [size, BigInt(0x124 + 256 * count)], [symbol('CALLVALUE'), 0n]],
};

/** A settlement that is an argument. */
function settlementAt(i) {
  const header = add(argument(i), 4n);
  const legs = arrayAt(add(header, calldata(add(header, 0xc0n))));
  return { header, legs };
}

/* PROOFS */

const escrow = JSON.parse(readFileSync(path.join(root, 'contracts/artifacts/SettlementEscrow.json'), 'utf8'));
const DOMAIN = symbol('DOMAIN');
const selectorOf = (name) => BigInt(Object.entries(escrow.selectors.functions).find(([key]) => key.startsWith(`${name}(`))[1]);
const called = (selector) => [term('SHR', 224n, calldata(0n)), selector];
const idOf = selectorOf('idOf');
const published = {
  code: Buffer.from(escrow.deployedBytecode.slice(2), 'hex'),
  holes: new Map([...escrow.immutables.domainSeparator.map((place) => [place, DOMAIN]), ...escrow.immutables.chainId.map((place) => [place, symbol('HOME')])]),
  domain: DOMAIN,
};

/** What is left to be shown for two terms to be equal: hashes of as many bytes are when the words hashed are. */
function differences(a, b, found = new Map()) {
  if (a === b) return found;
  const alike = typeof a !== 'bigint' && typeof b !== 'bigint' && a.op === b.op && a.extra === b.extra && a.args.length === b.args.length;
  if (alike && (a.op === 'HASH' || a.op === 'CONCAT')) a.args.forEach((arg, i) => differences(arg, b.args[i], found));
  else found.set(`${a.id ?? a} ${b.id ?? b}`, [a, b]);
  return found;
}

const questions = [];

/** Of what is supposed, the part that has to do with some terms: to leave the rest out can only make something provable unprovable. */
function premisesOf(supposed) {
  const byOpen = new Map();
  for (const each of supposed) {
    each.open = openIn(each.node);
    for (const node of each.open) byOpen.set(node, [...(byOpen.get(node) ?? []), each]);
  }
  return (terms) => {
    const open = new Set();
    for (const node of terms) openIn(node, open);
    const kept = new Set();
    // A set is walked to its end, also over what is added on the way.
    for (const node of open) {
      for (const each of byOpen.get(node) ?? []) {
        kept.add(each);
        for (const other of each.open) open.add(other);
      }
    }
    return kept;
  };
}

const supposedBy = ({ conditions = [], known = [], suppose = [] }) => [
  ...conditions.flatMap(([node, yes]) => (yes ? [{ node, yes }] : partsOfZero(node).map((part) => ({ node: part, yes })))),
  ...known.map(([node, value]) => ({ node: term('EQ', node, value), yes: true })),
  ...suppose.map((node) => ({ node, yes: true })),
].filter(({ node }) => typeof node !== 'bigint');


/* THEOREMS: a name, the questions that z3 has to answer as expected, and what failed without it. */

const theorems = [];
let current;

function theorem(name, prove) {
  current = { name, questions: new Map(), faults: [], claims: 0 };
  theorems.push(current);
  try {
    prove();
  } catch (error) {
    current.broken = error.message;
  }
  if (current.claims === 0) current.broken ??= 'nothing was asked';
  return current;
}

const fail = (why) => current.faults.push(why);

/** Asks whether a claim can be false, or a pair unequal: each by itself, with what is supposed of what it is about. */
function ask({ equal = [], claims = [], ...premises }) {
  current.claims += equal.length + claims.length;
  const about = premisesOf(supposedBy(premises));
  const pairs = equal.flatMap(([a, b]) => [...differences(a, b).values()]).map(([a, b]) => ({ terms: [a, b], wrong: (query) => `(not (= ${query.use(a)} ${query.use(b)}))` }));
  const zeros = claims.filter((node) => node !== 1n).map((node) => ({ terms: [node], wrong: (query) => `(= ${query.use(node)} ${query.use(0n)})` }));
  for (const { terms, wrong } of [...pairs, ...zeros]) {
    const query = new Query();
    for (const { node, yes } of about(terms)) query.suppose(node, yes);
    query.assert(wrong(query));
    current.questions.set(query.text(), 'unsat');
  }
}

/** Asks whether a path can be taken; its last condition is where it parts from the others. */
function askImpossible(conditions, premises) {
  const [node, yes] = conditions.at(-1);
  ask({ ...premises, conditions: conditions.slice(0, -1), claims: yes ? partsOfZero(node).map((part) => term('ISZERO', part)) : [node] });
}

/** Asks whether a path can be taken at all: were its conditions in contradiction, everything would follow from them. Exact where all places are numbers. */
function askPossible(premises) {
  const query = new Query();
  for (const { node, yes } of supposedBy(premises)) query.suppose(node, yes);
  current.claims++;
  current.questions.set(query.text(), 'sat');
}

const answerOf = ({ data }) => (data.length === 32 ? wordsOf(data)[0] : 0n);
const counts = (...list) => (list.length > 0 ? list : Array.from({ length: MAX_LEGS }, (_, i) => i + 1));
const legAt = (legs, i) => add(legs.first, BigInt(256 * i));
const canonicalTerms = (header, legs, count) => [...canonical(HEADER, header), ...Array.from({ length: count }, (_, i) => canonical(LEG, legAt(legs, i))).flat()];

/** Every path but those that revert ends as is said; there is one such path. */
function onlyPath(paths, kind) {
  const others = paths.filter(({ end }) => end !== 'revert');
  if (others.length !== 1 || others[0].end !== kind) fail(`ends: ${others.map(({ end }) => end).join(', ') || 'nothing but reverts'}; expected one ${kind}`);
  return others.length === 1 && others[0].end === kind ? others[0] : undefined;
}

/** `idOf` of some numbers of legs: what it returns is the id, and the terms are canonical. With `refusals`: canonical terms are not refused. */
function proveIdOf({ code, holes, domain }, { only = counts(), plainly = false, refusals = true } = {}) {
  const { header, legs } = plainly ? PLAIN : settlementAt(0);
  for (const count of only) {
    const known = [called(idOf), [legs.length, BigInt(count)], ...(plainly ? PLAIN.known(count) : [])];
    const paths = run(code, { holes, known });
    const path = onlyPath(paths, 'return');
    if (!path) continue;
    const terms = canonicalTerms(header, legs, count);
    ask({ conditions: path.conditions, known, equal: [[answerOf(path), idFrom(domain, header, legsHashAt(legs.first, count))]], claims: terms });
    if (!refusals) continue;
    const words = new Set(terms.flatMap((node) => [...openIn(node)]));
    // The others are refused for where things lie: `proveWhere`.
    for (const { conditions } of paths.filter(({ end, conditions }) => end === 'revert' && [...openIn(conditions.at(-1)[0])].some((node) => words.has(node)))) {
      askImpossible(conditions, { known, suppose: terms });
    }
  }
}

/** What holds of a number of legs that may be. */
const possibleCount = (count) => [[term('ISZERO', count), 0n], [term('LT', BigInt(MAX_LEGS), count), 0n], [term('LT', 0n, count), 1n]];

/** The ways through `idOf`, with any number of legs up to 64, until the second leg is asked for: one, and the refusals before. */
function pathsBeforeTheLegs({ code, holes }) {
  const count = settlementAt(0).legs.length;
  return run(code, { holes, known: [called(idOf), ...possibleCount(count)], stopAt: term('LT', 1n, count) });
}

/** `idOf` for any number of legs up to 64: the terms lie inside the calldata, and where they do nothing is refused for where it lies. */
function proveWhere(bytecode) {
  const { header, legs } = settlementAt(0);
  const known = [called(idOf), ...possibleCount(legs.length)];
  const end = add(legs.first, legs.length, 256n);
  const within = [atMost(add(header, 0xe0n), size), atMost(header, size), atMost(end, size), atMost(legs.first, size)];
  const paths = pathsBeforeTheLegs(bytecode);
  const path = onlyPath(paths, 'stopped');
  if (!path) return;
  ask({ conditions: path.conditions, known, suppose: [legs.inside], claims: within });
  for (const { conditions } of paths.filter((each) => each.end === 'revert')) {
    askImpossible(conditions, { known, suppose: [...within, atMost(argument(0), size), term('ISZERO', symbol('CALLVALUE'))] });
  }
}

/** `idOf` with no leg or with more than 64. */
function proveRefused({ code, holes }) {
  const { length } = settlementAt(0).legs;
  for (const known of [[[length, 0n]], [[length, BigInt(MAX_LEGS + 1)]], [[term('ISZERO', length), 0n], [term('LT', BigInt(MAX_LEGS), length), 1n]]]) {
    if (run(code, { holes, known: [called(idOf), ...known] }).some(({ end }) => end !== 'revert')) fail('it ends with more than a revert');
    // The premises do not contradict each other.
    askPossible({ known });
  }
}

/** That canonical terms where encoders put them do get an id: nothing above was proved of calls that cannot be. */
function provePossible({ code, holes }) {
  for (const count of [1, 2, MAX_LEGS]) {
    const path = onlyPath(run(code, { holes, known: [called(idOf), [PLAIN.legs.length, BigInt(count)], ...PLAIN.known(count)] }), 'return');
    if (path) askPossible({ conditions: path.conditions });
  }
}

/** With numbers in all places the code is run as a chain would: what comes out are the ids that viem computed. */
function proveVectors({ code, holes }) {
  const { vectors } = JSON.parse(readFileSync(path.join(root, 'tests/vectors/settlement-ids.json'), 'utf8'));
  const enums = { kind: ['ERC20', 'ERC721', 'ERC1155'], mode: ['CUSTODY', 'CHECKED', 'DIRECT'] };
  const words = (members, from) => members.map(([, name]) => (enums[name] ? BigInt(enums[name].indexOf(from[name])) : BigInt(from[name])));
  for (const { name, settlement, domainSeparator, id } of vectors) {
    const count = settlement.legs.length;
    const terms = [...words(HEADER, settlement), 0xe0n, BigInt(count), ...settlement.legs.flatMap((leg) => words(LEG, leg))];
    const known = [called(idOf), [DOMAIN, BigInt(domainSeparator)], ...PLAIN.known(count), ...terms.map((word, i) => [calldata(add(PLAIN.header, BigInt(32 * i))), word])];
    const path = onlyPath(run(code, { holes, known }), 'return');
    if (path && answerOf(path) !== BigInt(id)) fail(`${name} has another id`);
    current.claims++;
  }
}

/** The library alone, with terms where encoders put them: what a fault of it is looked for with. */
function proveLibrary({ code, holes, domain }) {
  proveIdOf({ code, holes, domain }, { only: [1, 2], plainly: true });
  for (const count of [0, MAX_LEGS + 1]) {
    const known = [called(idOf), [PLAIN.legs.length, BigInt(count)], ...PLAIN.known(count)];
    if (run(code, { holes, known }).some(({ end }) => end !== 'revert')) fail(`${count} legs are not refused`);
  }
}

const wordAt = (id) => hash([id, 0n]);
const publishedPaths = (name, known) => run(published.code, { holes: published.holes, known: [called(selectorOf(name)), ...known] });

/** A function that is given whole terms: the first word of storage that it reads is that of the id, and the terms are canonical. */
function proveSettlementEntry(name) {
  const { header, legs } = settlementAt(0);
  for (const count of counts()) {
    const known = [[legs.length, BigInt(count)]];
    const path = onlyPath(publishedPaths(name, known), 'sload');
    if (!path) continue;
    const premises = { conditions: path.conditions, known };
    ask({ ...premises, equal: [[path.slot, wordAt(idFrom(DOMAIN, header, legsHashAt(legs.first, count)))]], claims: canonicalTerms(header, legs, count) });
  }
}

const HEADER_AT = 4n;
const legHashes = arrayAt(add(argument(6), 4n));
const idOfHashes = (count) => idFrom(DOMAIN, HEADER_AT, hash(Array.from({ length: count }, (_, i) => calldata(add(legHashes.first, BigInt(32 * i))))));

/** What proves a leg: it is canonical, its index is below the number of legs, and its hash stands there. */
const legProven = (leg, index, count) => ({
  claims: [...canonical(LEG, leg), term('LT', index, BigInt(count))], equal: [[calldata(add(legHashes.first, term('SHL', 5n, index))), legHashAt(leg)]],
});

/** A function that is given the header, the hashes of the legs, and one of the legs. */
function proveLegEntry(name) {
  for (const count of counts()) {
    const known = [[legHashes.length, BigInt(count)]];
    const path = onlyPath(publishedPaths(name, known), 'sload');
    if (!path) continue;
    const { claims, equal } = legProven(0x104n, argument(7), count);
    ask({ conditions: path.conditions, known, equal: [[path.slot, wordAt(idOfHashes(count))], ...equal], claims: [...canonical(HEADER, HEADER_AT), ...claims] });
  }
}

/** A function that is given the header, the hashes of the legs, and several of the legs. */
function proveLegsEntry(name) {
  const indexes = arrayAt(add(argument(7), 4n));
  const legs = arrayAt(add(argument(8), 4n));
  for (const given of [1, 2, 3]) {
    for (const count of counts()) {
      const known = [[legHashes.length, BigInt(count)], [indexes.length, BigInt(given)], [legs.length, BigInt(given)]];
      const path = onlyPath(publishedPaths(name, known), 'sload');
      if (!path) continue;
      const premises = { conditions: path.conditions, known };
      ask({ ...premises, equal: [[path.slot, wordAt(idOfHashes(count))]], claims: canonical(HEADER, HEADER_AT) });
      for (let k = 0; k < given; k++) ask({ ...premises, ...legProven(legAt(legs, k), calldata(add(indexes.first, BigInt(32 * k))), count) });
    }
  }
}

/** The operator gives the hash of the list of legs by itself. */
function proveOperator() {
  const path = onlyPath(publishedPaths('cancelAsOperator', []), 'sload');
  if (path) ask({ conditions: path.conditions, equal: [[path.slot, wordAt(idFrom(DOMAIN, HEADER_AT, argument(6)))]], claims: canonical(HEADER, HEADER_AT) });
}

function proveLegHashOf() {
  const paths = publishedPaths('legHashOf', []);
  const path = onlyPath(paths, 'return');
  if (!path) return;
  const terms = canonical(LEG, 4n);
  ask({ conditions: path.conditions, equal: [[answerOf(path), legHashAt(4n)]], claims: [...terms, atMost(0x104n, size)] });
  for (const { conditions } of paths.filter(({ end }) => end === 'revert')) {
    askImpossible(conditions, { known: [called(selectorOf('legHashOf'))], suppose: [...terms, atMost(0x104n, size), term('ISZERO', symbol('CALLVALUE'))] });
  }
}

/** A batch: what the contract calls itself with is `executeItem` with exactly the terms of the item. */
function proveBatch() {
  const batch = arrayAt(add(argument(0), 4n));
  const header = add(batch.first, calldata(batch.first));
  const legs = arrayAt(add(header, calldata(add(header, 0xc0n))));
  const selector = selectorOf('executeItem');
  for (const count of counts()) {
    const known = [[batch.length, 1n], [legs.length, BigInt(count)]];
    const path = onlyPath(publishedPaths('executeSwaps', known), 'call');
    if (!path) continue;
    const copied = (place, words) => Array.from({ length: words }, (_, i) => bytesOf(calldata(add(place, BigInt(32 * i))))).flat();
    const expected = [
      ...bytesOf(selector).slice(28), ...bytesOf(0x40n), ...bytesOf(symbol('CALLER')), ...copied(header, 6), ...bytesOf(0xe0n), ...bytesOf(BigInt(count)), ...copied(legs.first, 8 * count),
    ];
    if (path.data.length !== expected.length) {
      fail(`${path.data.length} bytes are called with instead of ${expected.length}`);
      continue;
    }
    const [given, wanted] = [wordsOf(path.data), wordsOf(expected)];
    ask({ conditions: path.conditions, known, equal: [[path.to, symbol('ADDRESS')], [path.value, 0n], ...given.map((word, i) => [word, wanted[i]])] });
  }
}

/* REFUND, from the first word read to the end of the call */

const field = (name, place) => member(LEG.find(([, each]) => each === name), add(place, BigInt(32 * LEG.findIndex(([, each]) => each === name))));
const selectorBytes = (value) => [...Buffer.from(toFunctionSelector(value).slice(2), 'hex')];
const both = (a, b) => term('AND', a, b);
const either = (a, b) => term('OR', a, b);
const not = (a) => term('ISZERO', a);
const bitAt = (word, place) => both(term('SHR', place, word), 1n);
const ESCROW = symbol('ADDRESS');
const NOW = symbol('TIMESTAMP');

/** The call data that give back a leg, by its kind. */
const givingBack = (leg) => [
  { kind: 0n, data: [...selectorBytes('transfer(address,uint256)'), ...bytesOf(field('refundTo', leg)), ...bytesOf(field('amount', leg))] },
  { kind: 1n, data: [...selectorBytes('transferFrom(address,address,uint256)'), ...bytesOf(ESCROW), ...bytesOf(field('refundTo', leg)), ...bytesOf(field('tokenId', leg))] },
  {
    kind: 2n,
    data: [
      ...selectorBytes('safeTransferFrom(address,address,uint256,uint256,bytes)'),
      ...bytesOf(ESCROW), ...bytesOf(field('refundTo', leg)), ...bytesOf(field('tokenId', leg)), ...bytesOf(field('amount', leg)), ...bytesOf(0xa0n), ...bytesOf(0n),
    ],
  },
];

/**
 * Every way to the end of a function that gives a leg back, claim by claim: what it needs of the word and of time (`needs`), what it leaves of the word (`leaves`), then
 * one call of the leg's token that sends exactly the leg to `refundTo`. Where `without` says so there may be no call.
 * @param claim Only this claim, if one is named.
 */
function proveGivenBack({ code, holes }, name, { known = [], id, index, leg, needs, leaves, without, proved = [] }, claim) {
  const wanted = (each) => claim === undefined || claim === each;
  const paths = run(code, { holes, known: [called(selectorOf(name)), ...known], onward: true }).filter(({ end }) => end !== 'revert');
  if (paths.length === 0) fail('nothing but reverts');
  for (const { conditions, deeds } of paths) {
    const acts = deeds.filter(({ deed }) => deed === 'store' || deed === 'call');
    const [store, call] = acts;
    if (store?.deed !== 'store' || acts.length > 2 || (acts.length === 2 && call.deed !== 'call')) {
      fail(`what it does: ${acts.map(({ deed }) => deed).join(', ')}`);
      continue;
    }
    const words = [...openIn(store.value)].filter(({ op }) => op === 'STORAGE');
    if (words.length !== 1) {
      fail('the word written does not come from one word');
      continue;
    }
    const [word] = words;
    // A word has one of four states: no other is ever written (WordProofs).
    const premises = { conditions, known, suppose: [term('LT', stateOf(word), 4n), ...proved] };
    if (wanted('slot')) ask({ ...premises, equal: [[store.slot, wordAt(id)], [word.args[0], wordAt(id)]] });
    if (wanted('needs')) ask({ ...premises, claims: [needs(word)] });
    if (wanted('word')) ask({ ...premises, equal: [[store.value, leaves(word)]] });
    const log = deeds.find(({ deed }) => deed === 'log');
    if (wanted('log')) ask({ ...premises, equal: [[log.topics[1], id], [answerOf(log), index]] });
    if (!call) {
      if (!without) fail('it ends without giving back');
      else ask({ ...premises, claims: [without(word)] });
      continue;
    }
    if (wanted('token')) ask({ ...premises, equal: [[call.to, field('token', leg)], [call.value, 0n]], claims: [bitAt(word, index)] });
    const form = givingBack(leg).find(({ data }) => data.length === call.data.length);
    if (!form) {
      fail(`a call of ${call.data.length} bytes`);
      continue;
    }
    const [given, expected] = [wordsOf(call.data), wordsOf(form.data)];
    if (wanted('call')) ask({ ...premises, equal: [...given.map((each, i) => [each, expected[i]]), [field('kind', leg), form.kind]] });
  }
}

const stateOf = (word) => term('SHR', 248n, word);
const [OPEN, CANCELLED] = [1n, 3n];
const deadlineOf = (header) => member(HEADER[2], add(header, 64n));
const one = (place) => term('SHL', place, 1n);

/** One held leg, when the settlement is cancelled, or open and over. Only its mark goes. */
const refundOf = (count) => ({
  known: [[legHashes.length, BigInt(count)]], id: idOfHashes(count), index: argument(7), leg: 0x104n,
  needs: (word) => both(
    bitAt(word, argument(7)), either(term('EQ', stateOf(word), CANCELLED), both(term('EQ', stateOf(word), OPEN), term('LT', deadlineOf(HEADER_AT), NOW))),
  ),
  leaves: (word) => both(word, term('NOT', one(argument(7)))),
});

/** The same by the escrow's own call, for `refundMany`, which has proved the leg and looked at state and time before. */
const refundItem = {
  id: argument(0), index: argument(1), leg: 0x44n, proved: [...canonical(LEG, 0x44n), term('LT', argument(1), BigInt(MAX_LEGS))],
  needs: (word) => both(bitAt(word, argument(1)), term('EQ', symbol('CALLER'), ESCROW)), leaves: (word) => both(word, term('NOT', one(argument(1)))),
};

/** By its owner, while the settlement is open, in time and not full. The mark goes, and that the leg has left stays. */
const withdrawalOf = (count) => ({
  ...refundOf(count),
  needs: (word) => [
    term('EQ', stateOf(word), OPEN), atMost(NOW, deadlineOf(HEADER_AT)), term('EQ', symbol('CALLER'), field('from', 0x104n)),
    either(bitAt(word, argument(7)), bitAt(word, add(argument(7), 64n))), not(isFull(word)),
  ].reduce(both),
  leaves: (word) => either(both(word, term('NOT', either(one(argument(7)), one(add(argument(7), 64n))))), one(add(argument(7), 128n))),
  without: (word) => not(bitAt(word, argument(7))),
});

function isFull(word) {
  const count = both(term('SHR', 192n, word), 0xffn);
  const missing = [add(one(count), (1n << 256n) - 1n), term('NOT', either(word, term('SHR', 64n, word))), (1n << 64n) - 1n].reduce(both);
  return both(not(not(count)), not(missing));
}

/** Faults of the way back, all in one compilation: each breaks a claim of its own. */
const FAULTS_BACK = [
  ['the leg goes to its recipient', 'libraries/TokenMoves.sol', 'address refundTo = leg.refundToOf();', 'address refundTo = leg.toOf();', 'refund', 'call'],
  ['the mark stays', 'SettlementEscrow.sol', 'words[id] = word.withoutHeld(index);', 'words[id] = word;', 'refund', 'word'],
  ['a refund at the deadline', 'SettlementEscrow.sol', 'word.isOpen() && block.timestamp <= header.deadline', 'word.isOpen() && block.timestamp < header.deadline', 'refund', 'needs'],
  ['nobody knows that the leg has left', 'libraries/StateWord.sol', ' | (1 << (LEFT + index)));', ');', 'withdrawLeg', 'word'],
  ['refundItem by anybody', 'SettlementEscrow.sol', 'Leg calldata leg) external onlySelf {', 'Leg calldata leg) external {', 'refundItem', 'needs'],
];
const BACK_OF = { refund: refundOf(2), withdrawLeg: withdrawalOf(2), refundItem };

/** The escrow with faults, compiled as the library's are. */
function compileEscrow(faults) {
  const sources = sourcesOf(escrow.sourceName, (file, original) => faults.filter(([, where]) => file === `contracts/src/${where}`).reduce((content, [name, where, what, instead]) => {
    if (content.split(what).length !== 2) throw new Error(`the fault "${name}" has no place in ${where}, or several`);
    return content.replace(what, instead);
  }, original));
  const output = compile(sources, { [escrow.sourceName]: { SettlementEscrow: ['evm.deployedBytecode'] } });
  const { object, immutableReferences } = output.contracts[escrow.sourceName].SettlementEscrow.evm.deployedBytecode;
  const [domain, chain] = Object.entries(immutableReferences).sort(([a], [b]) => Number(a) - Number(b)).map(([, places]) => places);
  const holes = new Map([...domain.map(({ start }) => [start, DOMAIN]), ...chain.map(({ start }) => [start, symbol('HOME')])]);
  return { code: Buffer.from(object, 'hex'), holes };
}

/** The code that the constructor leaves: the published one, with the domain of this chain and this contract in it. */
function proveConstructor() {
  const path = onlyPath(run(Buffer.from(escrow.bytecode.slice(2), 'hex')), 'return');
  if (!path) return;
  const expected = [...published.code];
  const fill = (places, word) => places.forEach((place) => expected.splice(place, 32, ...bytesOf(word)));
  fill(escrow.immutables.domainSeparator, domainOf(symbol('CHAINID'), symbol('ADDRESS')));
  fill(escrow.immutables.chainId, symbol('CHAINID'));
  if (path.data.length !== expected.length) return fail('the code has another length');
  const [left, right] = [wordsOf(path.data), wordsOf(expected)];
  ask({ conditions: path.conditions, equal: left.map((word, i) => [word, right[i]]) });
  askPossible({ conditions: path.conditions, known: [[symbol('CALLVALUE'), 0n]] });
}

/* FAULTS: changes of the sources that must be found */

const FAULTS = [
  ['header one word further', 'calldatacopy(add(free, 0x20), header, 0xc0)', 'calldatacopy(add(free, 0x20), add(header, 0x20), 0xc0)'],
  ['commitment left out', 'calldatacopy(add(free, 0x20), header, 0xc0)', 'calldatacopy(add(free, 0x20), header, 0xa0)'],
  ['header over its type hash', 'calldatacopy(add(free, 0x20), header, 0xc0)', 'calldatacopy(free, header, 0xc0)'],
  ['hash of the legs over the commitment', 'mstore(add(free, 0xe0), hashOfLegs)', 'mstore(add(free, 0xc0), hashOfLegs)'],
  ['hash of the legs left out', 'mstore(add(free, 0xe0), hashOfLegs)', ''],
  ['one bit too many of the times', 'shr(64, times)', 'shr(65, times)'],
  ['one bit too many of the roles', 'shr(160, roles)', 'shr(161, roles)'],
  ['dirty deadline', 'or(mload(add(free, 0x40)), mload(add(free, 0x60)))', 'mload(add(free, 0x40))'],
  ['dirty gate', 'or(mload(add(free, 0x80)), mload(add(free, 0xa0)))', 'mload(add(free, 0x80))'],
  ['kind 3', 'gt(mload(add(struct, 0x20)), 2)', 'gt(mload(add(struct, 0x20)), 3)'],
  ['mode not looked at', 'gt(mload(add(struct, 0x40)), 2)', '0'],
  ['ERC-1155 refused', 'gt(mload(add(struct, 0x20)), 2)', 'gt(mload(add(struct, 0x20)), 1)'],
  ['dirty from', 'or(mload(add(struct, 0x60)), mload(add(struct, 0x80)))', 'mload(add(struct, 0x60))'],
  ['only the last leg looked at', 'dirty := or(dirty, or(kindOrMode', 'dirty := or(0, or(kindOrMode'],
  ['the first leg again and again', 'add(legs, shl(8, i))', 'legs'],
  ['amount left out', 'keccak256(struct, 0x120)', 'keccak256(struct, 0x100)'],
  ['members one word further', 'calldatacopy(add(struct, 0x20), add(legs', 'calldatacopy(add(struct, 0x40), add(legs'],
  ['last leg left out', 'hash := keccak256(hashes, shl(5, legs.length))', 'hash := keccak256(hashes, shl(5, sub(legs.length, 1)))'],
  ['hash of the last leg only', 'mstore(add(hashes, shl(5, i)), keccak256', 'mstore(hashes, keccak256'],
  ['65 legs', 'count > MAX_LEGS', 'count > MAX_LEGS + 1'],
  ['no leg', 'count == 0 ||', ''],
  ['domain left out', 'mstore(add(free, 0x02), domain)', ''],
  ['prefix left out', 'digest := keccak256(free, 0x42)', 'digest := keccak256(add(free, 2), 0x40)'],
  ['another prefix', 'hex"1901"', 'hex"1945"'],
  ['chain left out', 'chainId, verifyingContract)', 'uint256(0), verifyingContract)'],
  ['contract left out', 'chainId, verifyingContract)', 'chainId, address(0))'],
  ['another version', 'VERSION = "1"', 'VERSION = "2"'],
  ['members of the type in another order', 'keccak256("Leg(uint8 kind,uint8 mode,', 'keccak256("Leg(uint8 mode,uint8 kind,'],
];

const TERMS = 'contracts/src/libraries/Terms.sol';
/** `SettlementEscrow._idOf` and what it uses, with the domain computed in the call. */
const harness = (folder) => `// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.34;
import {Settlement} from "contracts/src/interfaces/ISettlementEscrow.sol";
import {Terms} from "${folder}/libraries/Terms.sol";
contract Ids {
    function idOf(Settlement calldata settlement) external view returns (bytes32) {
        bytes32 domain = Terms.domainSeparator(block.chainid, address(this));
        return Terms.id(domain, Terms.headerOf(settlement), Terms.legsHash(settlement.legs));
    }
}`;

/** As the tests compile, in a small part of the time: another compilation of the same sources to prove. */
function compile(sources, outputSelection) {
  const { evmVersion, bytecodeHash } = escrow.compiler;
  const settings = { evmVersion, optimizer: { enabled: false }, metadata: { bytecodeHash, appendCBOR: false }, outputSelection };
  const find = (name) => ({ contents: readFileSync(path.join(root, name), 'utf8') });
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }), { import: find }));
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors[0].formattedMessage);
  return output;
}

/** The runtime code of harnesses around the library as it is (first) and with each fault, and of the plain formula (last). */
function compileAll() {
  const find = (name) => ({ contents: readFileSync(path.join(root, name), 'utf8') });
  const terms = find(TERMS).contents.replaceAll('"../interfaces/', '"contracts/src/interfaces/').replaceAll('"./Members.sol"', '"contracts/src/libraries/Members.sol"');
  const variants = [terms, ...FAULTS.map(([name, what, instead]) => {
    if (terms.split(what).length !== 2) throw new Error(`the fault "${name}" has no place, or several`);
    return terms.replace(what, instead);
  })];
  const sources = { 'contracts/proofs/IdProofs.sol': { content: find('contracts/proofs/IdProofs.sol').contents } };
  variants.forEach((content, i) => {
    sources[`variant${i}/libraries/Terms.sol`] = { content };
    sources[`Ids${i}.sol`] = { content: harness(`variant${i}`) };
  });
  const output = compile(sources, { '*': { Ids: ['evm.deployedBytecode.object'], PlainIds: ['evm.deployedBytecode.object'] } });
  const code = (file, name) => Buffer.from(output.contracts[file][name].evm.deployedBytecode.object, 'hex');
  const computed = (bytes) => ({ code: bytes, holes: new Map(), domain: domainOf(symbol('CHAINID'), symbol('ADDRESS')) });
  return { variants: variants.map((_, i) => computed(code(`Ids${i}.sol`, 'Ids'))), plain: computed(code('contracts/proofs/IdProofs.sol', 'PlainIds')) };
}

/* THE RUN */

async function solve(queries) {
  const answers = new Map();
  const solvers = 2;
  const parts = Array.from({ length: solvers }, (_, k) => queries.filter((_, i) => i % solvers === k));
  await Promise.all(parts.map((part) => new Promise((resolve, reject) => {
    const solver = spawn('z3', ['-smt2', '-in'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    solver.stdout.on('data', (chunk) => { out += chunk; });
    solver.on('error', reject);
    solver.on('close', () => {
      const lines = out.split('\n').filter(Boolean);
      if (lines.length !== part.length) reject(new Error(`z3 answered ${lines.length} times to ${part.length} questions: ${lines.find((line) => line.startsWith('(error')) ?? ''}`));
      part.forEach((query, i) => answers.set(query, lines[i]));
      resolve();
    });
    solver.stdin.end(part.map((query) => `(reset)\n(set-option :timeout ${SOLVER_SECONDS * 1000})\n${query}\n(check-sat)\n`).join(''));
  })));
  return answers;
}

theorem('idOf returns the id of canonical terms, and refuses no canonical ones, with 1 to 64 legs', () => proveIdOf(published));
theorem('idOf reads terms that lie inside the calldata, and refuses none of them for where they lie', () => proveWhere(published));
theorem('idOf refuses no legs, and more than 64', () => proveRefused(published));
theorem('legHashOf returns the hash of a canonical leg', proveLegHashOf);
for (const name of ['register', 'executeSwap', 'executeItem', 'depositAndExecute', 'settleSigned', 'cancelSigned']) {
  theorem(`${name} asks for the word of the id of the terms given`, () => proveSettlementEntry(name));
}
for (const name of ['deposit', 'depositWithPermit', 'depositWithPermit2', 'depositWithAuthorization', 'withdrawLeg', 'cancel', 'refund']) {
  theorem(`${name} asks for the word of the id, of which the leg given is the one at its index`, () => proveLegEntry(name));
}
for (const name of ['depositMany', 'refundMany']) theorem(`${name} asks for the word of the id, of which the legs given are those at their indexes`, () => proveLegsEntry(name));
theorem('cancelAsOperator asks for the word of the id', proveOperator);
theorem('executeSwaps calls executeItem with the terms given', proveBatch);
theorem('the constructor fixes the domain of its chain and its own address', proveConstructor);
const BACK = 'gives back one leg that the escrow holds: to refundTo, exactly it, and only its mark goes';
theorem(`refund ${BACK}; when it is cancelled, or open and over`, () => counts(1, 2, MAX_LEGS).forEach((count) => proveGivenBack(published, 'refund', refundOf(count))));
theorem(`refundItem ${BACK}; for the escrow itself`, () => proveGivenBack(published, 'refundItem', refundItem));
theorem(`withdrawLeg ${BACK}; to its owner's call, while it is open, in time and not full`, () => {
  counts(1, 2, MAX_LEGS).forEach((count) => proveGivenBack(published, 'withdrawLeg', withdrawalOf(count)));
});
const { variants, plain } = compileAll();
theorem('the plain formula, of which the SMTChecker proves that ids bind the terms, returns the same', () => proveIdOf(plain, { refusals: false }));
theorem('run with numbers, idOf gives the ids of the shared vectors', () => proveVectors(published));
theorem('what was proved is of calls that can be', () => provePossible(published));
theorem('the library by itself, without a fault', () => proveLibrary(variants[0]));
const sound = compileEscrow([]);
theorem('the way back, compiled as with faults but without one', () => FAULTS_BACK.forEach(([, , , , entry, claim]) => proveGivenBack(sound, entry, BACK_OF[entry], claim)));
const faultyEscrow = compileEscrow(FAULTS_BACK);
const faulty = [
  ...FAULTS_BACK.map(([name, , , , entry, claim]) => theorem(`fault found: ${name}`, () => proveGivenBack(faultyEscrow, entry, BACK_OF[entry], claim))),
  ...FAULTS.map(([name], i) => theorem(`fault found: ${name}`, () => proveLibrary(variants[i + 1]))),
];

const answers = await solve([...new Set(theorems.flatMap(({ questions }) => [...questions.keys()]))]);
let passed = 0;
for (const each of theorems) {
  const wrong = [...each.questions].filter(([query, expected]) => answers.get(query) !== expected);
  // A fault is found by a counterexample, or by a path that should not be there; that z3 did not know, or that the code could not be followed, is neither.
  const good = each.broken ? false : faulty.includes(each)
    ? each.faults.length > 0 || wrong.some(([query, expected]) => expected === 'unsat' && answers.get(query) === 'sat')
    : each.faults.length === 0 && wrong.length === 0;
  if (good) passed++;
  const why = each.broken ?? each.faults[0];
  if (!good) console.log(`not proved: ${each.name}${why ? ` (${why})` : ''}${wrong.length > 0 ? ` (z3: ${answers.get(wrong[0][0])} to ${wrong.length} of ${each.questions.size})` : ''}`);
  const found = faulty.includes(each) ? `; ${why ?? 'counterexample'}` : '';
  if (process.argv.includes('--list')) console.log(`${good ? 'ok  ' : 'FAIL'} ${each.name}: ${each.claims} claims, ${each.questions.size} questions${found}`);
}
console.log(`${passed} passed, ${theorems.length - passed} failed`);
process.exitCode = passed === theorems.length ? 0 : 1;
