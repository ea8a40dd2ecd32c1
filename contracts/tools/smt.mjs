#!/usr/bin/env node
// The compiler's SMTChecker on contracts/proofs: every assertion, for all values. Needs z3 in PATH (Debian: apt-get install z3); without it nothing
// is proved and this says so and ends with status 3. Last line: `N passed, N failed`.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './common.mjs';

const require = createRequire(import.meta.url);
const solc = require('solc');

const SOLVER_SECONDS = 20;
/** For what is false, and need not be found out: it is enough that it is not proved. */
const FALSE_SECONDS = 2;

// What the formula of the id could leave out; the proof named must then fail. All in one: each belongs to a proof of its own.
const FAULTS = {
  'IdProofs.sol': [
    ['bytes32(chainId),', 'bytes32(0),', 'onePlace'],
    ['bytes32(leg.amount)', 'bytes32(0)', 'oneLeg'],
    ['_word(header.operator),', 'bytes32(0),', 'oneSettlement'],
    ['_hash(keccak256("Cancel(bytes32 settlement)"), id)', '_hash(keccak256("Cancel(bytes32 settlement)"), 0)', 'oneCancellation'],
    ['id, bytes32(index));', 'id, 0);', 'oneDeposit'],
    ['require(sizeOf[hash] == legHashes.length);', '', 'oneList'],
  ],
};

if (spawnSync('z3', ['--version']).status !== 0) {
  console.log('smt: z3 is not installed, so nothing was proved (apt-get install z3).');
  process.exit(3);
}

/** A query as nested lists of words. */
function parse(text) {
  const stack = [[]];
  for (const [word] of text.matchAll(/\(|\)|\|[^|]*\||"[^"]*"|[^\s()]+/g)) {
    if (word === '(') stack.push([]);
    else if (word === ')') {
      const list = stack.pop();
      stack.at(-1).push(list);
    } else stack.at(-1).push(word);
  }
  return stack[0];
}

// The checker takes every number for an integer and turns it into bits and back at each shift, on which z3 gives up. Every number of a query has the range
// of its type, at most 256 bits, so that the same query can be asked over bit vectors, wide enough that no sum or difference of a few of them overflows.
const WIDTH = 272;
const SORT = `(_ BitVec ${WIDTH})`;
const COMPARISONS = { '>=': 'bvsge', '<=': 'bvsle', '>': 'bvsgt', '<': 'bvslt', '+': 'bvadd' };

/** How many bits an operand has: those of the first conversion in it that is no part of a condition. */
function bitsOf(node) {
  if (!Array.isArray(node)) return 0;
  if (Array.isArray(node[0]) && node[0][1] === 'int2bv') return Number(node[0][2]);
  return (node[0] === 'ite' ? node.slice(2) : node.slice(1)).map(bitsOf).find((bits) => bits > 0) ?? 0;
}

const isConstant = (node) => (typeof node === 'string' ? /^(\d+|\+|-)$/.test(node) : node.every(isConstant));

/** A declaration: nothing in it is a number but the arity of a sort. */
const declared = (node) => (Array.isArray(node) ? `(${node.map(declared).join(' ')})` : node === 'Int' ? SORT : node);

function overBits(node) {
  if (typeof node === 'string') {
    if (node === 'Int') return SORT;
    return /^\d+$/.test(node) ? `(_ bv${node} ${WIDTH})` : node;
  }
  const [head] = node;
  if (head === 'declare-datatypes') return declared(node);
  if (Array.isArray(head) && head[0] === '_' && head[1] === 'int2bv') return `((_ extract ${Number(head[2]) - 1} 0) ${overBits(node[1])})`;
  if (head === '_') return `(${node.join(' ')})`;
  if (head === 'bv2nat') return `((_ zero_extend ${WIDTH - bitsOf(node[1])}) ${overBits(node[1])})`;
  if (head === '-') return `(${node.length === 2 ? 'bvneg' : 'bvsub'} ${node.slice(1).map(overBits).join(' ')})`;
  // In `unchecked` a result is what is left beside a multiple of 2^256, and the multiple is 0 or -1.
  if (head === '*' && isConstant(node[1])) return `(bvmul ${node.slice(1).map(overBits).join(' ')})`;
  if (['*', 'div', 'mod', 'abs', 'forall', 'exists'].includes(head)) throw new Error(`${head} has no form over bits here`);
  return `(${node.map((part, index) => (index === 0 && COMPARISONS[part] ? COMPARISONS[part] : overBits(part))).join(' ')})`;
}

/**
 * A query with its declarations complete. The checker takes `abi.encode` for a function of which nothing is known, one for each list of types, and declares it in
 * none of the queries that it gives away: the function is a member of `abi_type`, its operands are a tuple unless there is one only.
 */
function completed(query) {
  const bare = (name) => name.replace(/^\|(.*)\|$/, '$1');
  const sorts = new Map();
  const functions = new Map();
  const walk = (node) => {
    if (!Array.isArray(node)) return;
    if (node[0] === 'declare-fun' && node[2].length === 0) sorts.set(bare(node[1]), node[3]);
    if (node[0] === 'select' && Array.isArray(node[1]) && /^\|t_function_abi/.test(node[1][0])) functions.set(bare(node[1][0]), node[2]);
    node.forEach(walk);
  };
  walk(parse(query));
  if (functions.size === 0) return query;
  const write = (node) => (Array.isArray(node) ? `(${node.map(write).join(' ')})` : node);
  const sortOf = (node) => (typeof node === 'string' && sorts.has(bare(node)) ? write(sorts.get(bare(node))) : 'Int');
  const lines = [...functions].flatMap(([name, operands]) => {
    const input = `|${name}_input|`;
    if (!Array.isArray(operands) || operands[0] !== input) return [`(declare-fun |${name}| (|abi_type|) (Array ${sortOf(operands)} |bytes_tuple|))`];
    const members = operands.slice(1).map((operand, i) => `(|${name}_${i}| ${sortOf(operand)})`);
    return [`(declare-datatypes ((${input} 0)) (((${input} ${members.join(' ')}))))`, `(declare-fun |${name}| (|abi_type|) (Array ${input} |bytes_tuple|))`];
  });
  const place = query.lastIndexOf('\n(assert', query.indexOf('|t_function_abi'));
  return `${query.slice(0, place)}\n${lines.join('\n')}${query.slice(place)}`;
}

/** One query of the checker, answered by z3 as a program of its own. */
function solve(asked, seconds) {
  const query = completed(asked);
  const bits = query.includes('int2bv');
  // Of a query over bits only "unsat", which is the proof, is told; a counterexample would have other values than the checker expects.
  const input = bits ? parse(query).filter(([head]) => !['get-value', 'set-logic', 'set-option'].includes(head)).map(overBits).join('\n') : query;
  const run = spawnSync('z3', ['-smt2', '-in', `-T:${seconds}`], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const text = run.stdout ?? '';
  if (bits) return { contents: text.trim() === 'unsat' ? 'unsat\n' : 'unknown\n' };
  return /^(sat|unsat|unknown)/.test(text) ? { contents: text } : { error: text || String(run.error) };
}

const folder = path.join(root, 'contracts/proofs');

/** What the checker says of one contract of proofs. */
function examine(file, content, seconds = SOLVER_SECONDS) {
  const input = {
    language: 'Solidity',
    sources: { [`contracts/proofs/${file}`]: { content } },
    settings: {
      evmVersion: 'cancun',
      modelChecker: {
        engine: 'bmc', solvers: ['smtlib2'], targets: ['assert'], contracts: { [`contracts/proofs/${file}`]: [file.replace('.sol', '')] },
        showProvedSafe: true, showUnproved: true, showUnsupported: true, divModNoSlacks: true,
      },
      outputSelection: { '*': { '*': ['abi'] } },
    },
  };
  const find = (name) => ({ contents: readFileSync(path.join(root, name), 'utf8') });
  return JSON.parse(solc.compile(JSON.stringify(input), { import: find, smtSolver: (query) => solve(query, seconds) })).errors ?? [];
}

/** The name of the function in which a place of a source lies. */
const functionAt = (content, place) => [...content.slice(0, place).matchAll(/function (\w+)\(/g)].at(-1)?.[1];

const isProof = ({ message }) => /BMC: Assertion violation check is safe/.test(message);
let proved = 0;
let failed = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('Proofs.sol'))) {
  const content = readFileSync(path.join(folder, file), 'utf8');
  let here = 0;
  for (const result of examine(file, content)) {
    if (isProof(result)) here++;
    else if (result.severity === 'info' && !/unproved|might happen|happens/.test(result.message)) console.log(result.message);
    else {
      failed++;
      console.log(result.formattedMessage);
    }
  }
  proved += here;
  if (here === 0) failed++;
  // Something false in the place of each assertion: were it proved, the premises would contradict each other and the proofs above be worth nothing.
  const refuted = examine(file, content.replace(/assert\(.*\);/g, 'assert(false);'), FALSE_SECONDS);
  const vacuous = refuted.filter(isProof).length;
  if (vacuous > 0 || refuted.length === 0) {
    failed++;
    console.log(`${file}: ${vacuous} assertions of something false were proved`);
  } else proved++;

  const faults = FAULTS[file] ?? [];
  if (faults.length === 0) continue;
  const faulty = faults.reduce((text, [line, instead]) => text.replace(line, instead), content);
  const unproved = new Set(examine(file, faulty, FALSE_SECONDS).filter((result) => /BMC: Assertion violation/.test(result.message) && !isProof(result))
    .map((result) => functionAt(faulty, result.sourceLocation.start)));
  for (const [line, , proof] of faults) {
    if (content.includes(line) && unproved.has(proof)) proved++;
    else {
      failed++;
      console.log(`${file}: ${proof} is proved without "${line}"`);
    }
  }
}
console.log(`${proved} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
