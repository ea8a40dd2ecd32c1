#!/usr/bin/env node
// Compares the trees of conditions in contracts/test/unit (NAME.tree) with the tests beside them (NAME.t.sol). A tree's first line is the contract of tests; a
// branch is a condition, a leaf is `it ... (name of the test)`. Every leaf has its test, every test its leaf, every file of tests its tree. Last line:
// `N passed, N failed`, where a leaf passes.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The lines of a tree below its first, with their depth. Throws on a line that is not drawn as a tree is. */
export function parseTree(text) {
  const [contract, ...rest] = text.trimEnd().split('\n');
  const nodes = rest.map((line, i) => {
    const match = line.match(/^((?:│ {3}| {4})*)(├── |└── )(\S.*)$/u);
    if (!match) throw new Error(`line ${i + 2} is not a branch: ${line}`);
    return { depth: match[1].length / 4, isLast: match[2] === '└── ', prefix: match[1], text: match[3], line: i + 2 };
  });
  return { contract, nodes };
}

/** What is wrong with a tree, beside its tests; empty if nothing is. */
export function faultsOf(tree, source) {
  let contract, nodes;
  try {
    ({ contract, nodes } = parseTree(tree));
  } catch (error) {
    return [error.message];
  }
  const faults = [];
  if (!new RegExp(`^contract ${contract} `, 'm').test(source)) faults.push(`there is no contract ${contract}`);
  const tests = [...source.matchAll(/^ {4}function (test\w+)\(/gm)].map(([, name]) => name);
  const named = [];
  nodes.forEach(({ depth, isLast, prefix, text, line }, i) => {
    const next = nodes[i + 1];
    if (next && next.depth > depth + 1) faults.push(`line ${next.line} is two steps below its branch`);
    // Of the branches that are drawn through, each goes on; of the others, none does.
    const goesOn = nodes.slice(i + 1).find((later) => later.depth <= depth);
    if (isLast !== !(goesOn && goesOn.depth === depth)) faults.push(`line ${line} is drawn as if ${isLast ? 'nothing' : 'something'} followed at its depth`);
    for (let d = 0; d < depth; d++) {
      const parent = nodes.slice(0, i).findLast((earlier) => earlier.depth === d);
      if (!parent || (prefix.slice(4 * d, 4 * d + 1) === '│') === parent.isLast) faults.push(`line ${line} is not drawn below its branches`);
    }
    const isLeaf = !next || next.depth <= depth;
    const leaf = text.match(/^it \S.* \((test\w+)\)$/);
    if (isLeaf && !leaf) faults.push(`line ${line} is a leaf and not "it ... (name of a test)": ${text}`);
    if (!isLeaf && text.startsWith('it ')) faults.push(`line ${line} is a leaf with branches: ${text}`);
    if (isLeaf && leaf) named.push(leaf[1]);
  });
  for (const name of new Set(named.filter((name, i) => named.indexOf(name) !== i))) faults.push(`${name} is the test of two leaves`);
  for (const name of named.filter((name) => !tests.includes(name))) faults.push(`the leaf ${name} has no test`);
  for (const name of tests.filter((name) => !named.includes(name))) faults.push(`the test ${name} has no leaf`);
  return faults;
}

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../test/unit');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let failed = 0;
  let leaves = 0;
  const files = readdirSync(folder);
  for (const name of new Set(files.map((file) => file.replace(/\.(t\.sol|tree)$/, '')))) {
    const [tests, tree] = [`${name}.t.sol`, `${name}.tree`].map((file) => path.join(folder, file));
    const missing = [tests, tree].filter((file) => !existsSync(file));
    const faults = missing.length > 0 ? missing.map((file) => `${path.basename(file)} is missing`) : faultsOf(readFileSync(tree, 'utf8'), readFileSync(tests, 'utf8'));
    if (missing.length === 0) leaves += (readFileSync(tree, 'utf8').match(/\(test\w+\)$/gm) ?? []).length;
    for (const fault of faults) console.log(`FAIL ${name}.tree: ${fault}`);
    failed += faults.length;
  }

  // The check itself: each of these must be found.
  const source = 'contract T is Test {\n    function test_A() public {}\n    function test_B() public {}\n}\n';
  const good = 'T\n├── when it rains\n│   └── it gets wet (test_A)\n└── it stays dry (test_B)\n';
  const planted = [
    [good.replace('test_A', 'test_C'), /test_C has no test/],
    [good.replace('\n└── it stays dry (test_B)', '').replace('├── when', '└── when').replace('│   └──', '    └──'), /test_B has no leaf/],
    [good.replace('it gets wet (test_A)', 'it gets wet'), /line 3 is a leaf/],
    [good.replace('test_B', 'test_A'), /two leaves/],
    [good.replace('│   └──', '    └──'), /line 3 is not drawn/],
    [good.replace('├── when', '└── when'), /line 2 is drawn/],
    [good.replace('T\n', 'U\n'), /no contract U/],
    [good.replace('└── it stays', '+-- it stays'), /line 4 is not a branch/],
  ];
  if (faultsOf(good, source).length > 0) {
    failed++;
    console.log('FAIL a good tree is found faulty');
  }
  for (const [tree, expected] of planted) {
    if (faultsOf(tree, source).some((fault) => expected.test(fault))) continue;
    failed++;
    console.log(`FAIL a planted fault is not found: ${expected}`);
  }
  console.log(`${leaves} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
