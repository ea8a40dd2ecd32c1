#!/usr/bin/env node
// See scripts/mutate. Changes are made at nodes of the compiler's own syntax tree. A mutant is compiled by itself and given to the compiled tests as bytecode, so
// that nothing else is compiled again. A mutant that does not compile is none. Survivors are explained in contracts/mutation/survivors.json, by their key.
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nativeFile } from '../../scripts/lib/native.mjs';
import { root, sourcesOf } from './common.mjs';

const solc = createRequire(import.meta.url)('solc');
const option = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
const every = Number(option('--every', '1'));
const offset = Number(option('--offset', '0'));
const onlyFile = option('--file', '');
const onlyLine = option('--line', '');
const again = process.argv.includes('--again');
const fresh = process.argv.includes('--fresh');
const check = process.argv.includes('--check');

const ENTRY = 'contracts/src/SettlementEscrow.sol';
const FILES = ['SettlementEscrow.sol', ...['BoundedCall', 'Consents', 'LegRules', 'Logs', 'Members', 'Memory', 'StateWord', 'Terms', 'TokenMoves'].map((name) => `libraries/${name}.sol`)]
  .map((name) => `contracts/src/${name}`);
const MUTANT = 'artifacts/mutants/mutant.hex';

const SWAPS = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==', '&&': '||', '||': '&&', '+': '-', '-': '+', '&': '|', '|': '&', '<<': '>>', '>>': '<<', '/': '*', '*': '/',
};
const ASSIGN_SWAPS = { '|=': '&=', '&=': '|=', '+=': '-=', '-=': '+=' };
const YUL_SWAPS = { lt: 'gt', gt: 'lt', and: 'or', or: 'and', add: 'sub', sub: 'add', shl: 'shr', shr: 'shl', eq: 'lt' };

const sources = sourcesOf(ENTRY);

function compile(changed, select) {
  const input = {
    language: 'Solidity',
    sources: { ...sources, ...changed },
    settings: { evmVersion: 'cancun', optimizer: { enabled: false }, metadata: { bytecodeHash: 'none', appendCBOR: false }, outputSelection: select },
  };
  return JSON.parse(solc.compile(JSON.stringify(input)));
}

/** Every change of one file: where, how long, what instead, and a word for it. */
function changesOf(file, ast) {
  const text = Buffer.from(sources[file].content);
  const place = (node) => node.src.split(':').map(Number);
  const slice = (start, length) => text.subarray(start, start + length).toString();
  const of = (node) => slice(...place(node).slice(0, 2));
  const changes = [];
  const add = (node, instead, what) => {
    const [start, length] = place(node);
    changes.push({ start, length, instead, what });
  };
  const between = (left, right, swaps, what) => {
    const start = place(left)[0] + place(left)[1];
    const gap = slice(start, place(right)[0] - start);
    const operator = gap.match(/[<>=!&|+\-*/]+/)?.[0];
    if (operator && swaps[operator]) changes.push({ start: start + gap.indexOf(operator), length: operator.length, instead: swaps[operator], what: `${what} ${operator} to ${swaps[operator]}` });
  };
  const number = (node) => {
    const value = of(node);
    if (/^(0x[0-9a-fA-F]{1,6}|\d{1,10})$/.test(value)) add(node, value.startsWith('0x') ? `0x${(Number(value) + 1).toString(16)}` : String(Number(value) + 1), 'number plus 1');
  };

  const walk = (node, parent, key) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach((child) => walk(child, parent, key));
    const inLoopHead = parent?.nodeType === 'ForStatement' && key !== 'body';
    switch (node.nodeType) {
      case 'ImportDirective': case 'PragmaDirective': case 'UsingForDirective': case 'StructuredDocumentation': return;
      case 'BinaryOperation': between(node.leftExpression, node.rightExpression, SWAPS, 'operator'); break;
      case 'Assignment': if (ASSIGN_SWAPS[node.operator]) between(node.leftHandSide, node.rightHandSide, ASSIGN_SWAPS, 'operator'); break;
      case 'UnaryOperation': if (node.operator === '!') add(node, of(node.subExpression), 'without !'); break;
      case 'IfStatement':
        add(node.condition, 'false', 'condition false');
        add(node.condition, 'true', 'condition true');
        break;
      case 'Conditional': add(node, `${of(node.condition)} ? ${of(node.falseExpression)} : ${of(node.trueExpression)}`, 'branches swapped'); break;
      case 'ExpressionStatement': if (!inLoopHead) add(node, parent?.nodeType === 'IfStatement' ? '{}' : '', 'statement removed'); break;
      case 'EmitStatement': add(node, '{}', 'event removed'); break;
      case 'ModifierInvocation': add(node, '', 'modifier removed'); break;
      case 'Return': if (node.expression?.typeDescriptions?.typeString === 'bool') add(node.expression, `!(${of(node.expression)})`, 'answer inverted'); break;
      case 'Literal': if (node.kind === 'number') number(node); else if (node.kind === 'bool') add(node, node.value === 'true' ? 'false' : 'true', 'bool inverted'); break;
      case 'YulFunctionCall':
        if (YUL_SWAPS[node.functionName.name]) add(node.functionName, YUL_SWAPS[node.functionName.name], `${node.functionName.name} to ${YUL_SWAPS[node.functionName.name]}`);
        if (node.functionName.name === 'iszero') add(node, of(node.arguments[0]), 'without iszero');
        break;
      case 'YulLiteral': if (node.kind === 'number') number(node); break;
      case 'YulIf': add(node.condition, '0', 'condition false'); break;
      case 'YulExpressionStatement': add(node, '', 'statement removed'); break;
      default:
    }
    for (const [name, child] of Object.entries(node)) {
      if (name === 'AST' || typeof child === 'object') if (!['typeDescriptions', 'typeName', 'overrides', 'documentation', 'baseContracts'].includes(name)) walk(child, node, name);
    }
  };
  walk(ast);
  return changes
    // The ExpressionStatement's own semicolon is outside of its place.
    .map((change) => {
      const before = text.subarray(0, change.start).toString();
      const line = before.split('\n').length;
      const whole = slice(change.start, change.length);
      const name = createHash('sha256').update(`${file}|${before.split('\n').at(-1).trim()}|${whole}|${change.instead}|${change.what}|${(text.toString().match(/\n/g) ?? []).length && text.toString().split('\n')[line - 1].trim()}`).digest('hex').slice(0, 10);
      return { ...change, file, line, name, was: whole };
    })
    .filter(({ was, what }) => !(what === 'statement removed' && was.includes('\n') && was.length > 2000));
}

function mutated({ file, start, length, instead, what }) {
  const text = Buffer.from(sources[file].content);
  let end = start + length;
  // A removed statement takes its semicolon with it.
  if ((what === 'statement removed' || what === 'event removed') && text.subarray(end, end + 1).toString() === ';') end += 1;
  return { [file]: { content: Buffer.concat([text.subarray(0, start), Buffer.from(instead), text.subarray(end)]).toString() } };
}

const asts = compile({}, { '*': { '': ['ast'] } });
const all = FILES.filter((file) => file.includes(onlyFile)).flatMap((file) => changesOf(file, asts.sources[file].ast));
const lineOf = ({ file, line }) => sources[file].content.split('\n')[line - 1];
const taken = all.filter((change, index) => index % every === offset && lineOf(change).includes(onlyLine));
if (process.argv.includes('--list')) {
  for (const file of FILES) console.log(`${file}: ${all.filter((change) => change.file === file).length}`);
  console.log(`${all.length} changes, ${taken.length} taken`);
  process.exit(0);
}

mkdirSync(path.join(root, 'artifacts/mutants'), { recursive: true });
const select = { [ENTRY]: { SettlementEscrow: ['evm.bytecode.object'] } };
const codeOf = (output) => output.contracts?.[ENTRY]?.SettlementEscrow?.evm.bytecode.object;
const original = codeOf(compile({}, select));

/** Null when the tests passed, else the first that did not. */
function firstFailureOf(suites) {
  const env = { ...process.env, ESCROW_FILE: MUTANT, FOUNDRY_FUZZ_RUNS: '12', FOUNDRY_INVARIANT_RUNS: '3' };
  const run = spawnSync(nativeFile('forge'), ['test', '--fail-fast', ...suites], { cwd: root, env, encoding: 'utf8', timeout: 180_000, maxBuffer: 1 << 28 });
  if (run.status === 0) return null;
  if (run.error) return 'no end within three minutes';
  const text = `${run.stdout}${run.stderr}`;
  return text.match(/^\[FAIL[^\]]*\] (\w+)/m)?.[1] ?? text.match(/\[FAIL.*\] (.*)/)?.[1] ?? (text.includes('setUp') ? 'setUp' : text.trim().split('\n').at(-1));
}

/** The random histories take longest and come last. */
function firstFailure(code) {
  writeFileSync(path.join(root, MUTANT), `0x${code}`);
  return firstFailureOf(['--no-match-contract', 'Published|EscrowLens|ComplianceRegistry|Exhaustive|Invariants']) ?? firstFailureOf(['--match-contract', 'Invariants']);
}

const baseline = firstFailure(original);
if (baseline) throw new Error(`the tests fail without any change: ${baseline}`);

const explained = existsSync(path.join(root, 'contracts/mutation/survivors.json')) ? JSON.parse(readFileSync(path.join(root, 'contracts/mutation/survivors.json'), 'utf8')) : {};

// Outcomes are kept as long as the escrow is the same code, so that a run can be stopped, continued, and made in parts.
const RECORD = path.join(root, 'artifacts/mutants/results.json');
const subject = createHash('sha256').update(original).digest('hex');
const earlier = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {};
const outcomes = earlier.subject === subject ? earlier.outcomes : {};
const keyOf = ({ file, start, length, instead, what }) => `${path.basename(file)}:${start}:${length}:${what}:${instead}`;
const isDone = (change) => {
  const known = outcomes[keyOf(change)];
  return known && !fresh && !(again && known.outcome === 'survived');
};
const began = Date.now();
for (const [index, change] of taken.entries()) {
  if (isDone(change)) continue;
  const code = codeOf(compile(mutated(change), select));
  let outcome = { outcome: 'does not compile' };
  if (code === original) outcome = { outcome: 'same code' };
  else if (code) {
    const killer = firstFailure(code);
    outcome = killer ? { outcome: 'killed', killer } : { outcome: 'survived' };
    if (!killer) console.log(`survived ${change.name} ${change.file}:${change.line} ${change.what}: ${change.was.split('\n')[0]}${explained[change.name] ? ` (${explained[change.name]})` : ''}`);
  }
  outcomes[keyOf(change)] = outcome;
  if (index % 25 === 24) console.log(`${index + 1} of ${taken.length}, ${Math.round((Date.now() - began) / 1000)} s`);
  writeFileSync(RECORD, JSON.stringify({ subject, outcomes }, null, 1));
}

// What earlier runs found out about the same code counts too.
const results = all.filter((change) => outcomes[keyOf(change)]).map((change) => ({ ...change, ...outcomes[keyOf(change)] }));
const real = results.filter(({ outcome }) => ['killed', 'survived'].includes(outcome));
const killed = real.filter(({ outcome }) => outcome === 'killed');
const survivors = real.filter(({ outcome }) => outcome === 'survived');
const equivalent = survivors.filter(({ name }) => /^(Equivalent|Only gas)/.test(explained[name] ?? ''));
const share = (list) => ((100 * killed.length) / list).toFixed(1);
const rows = FILES.map((file) => {
  const here = real.filter((result) => result.file === file);
  return here.length === 0 ? '' : `| \`${path.basename(file)}\` | ${here.length} | ${here.filter(({ outcome }) => outcome === 'killed').length} | ${here.filter(({ outcome }) => outcome === 'survived').length} |`;
}).filter(Boolean);
const text = `# Mutants

Written by \`scripts/mutate\`; do not edit. A mutant is the escrow with one small change at a node of the compiler's syntax tree: an operator
swapped, a condition made true or false, a statement, event or modifier removed, a number one larger, an answer inverted; in assembly too. The tests of \`contracts/test\`
run against each, with 12 fuzz runs and 3 random histories.

${all.length} changes are possible, ${results.length === all.length ? 'all' : results.length} were taken, ${real.length} of them compile to other code. **Killed: ${killed.length} of ${real.length} (${share(real.length)} %)${equivalent.length ? `; without the ${equivalent.length} that change nothing but gas: ${share(real.length - equivalent.length)} %` : ''}.**

| file | mutants | killed | survived |
|---|---|---|---|
${rows.join('\n')}

## Survivors

${survivors.length === 0 ? 'None.' : `| key | where | change | why it lives |\n|---|---|---|---|\n${survivors.map(({ name, file, line, what, was }) => `| ${name} | \`${path.basename(file)}\` ${line} | ${what}: \`${was.split('\n')[0].replaceAll('|', '\\|').slice(0, 90)}\` | ${explained[name] ?? 'not explained'} |`).join('\n')}`}
`;
if (!check) {
  mkdirSync(path.join(root, 'contracts/mutation'), { recursive: true });
  writeFileSync(path.join(root, 'contracts/mutation/README.md'), text);
}
console.log(`${killed.length} of ${real.length} killed (${share(real.length)} %), ${survivors.length} survived, ${Math.round((Date.now() - began) / 1000)} s`);
const unexplained = survivors.filter(({ name }) => !explained[name]).length;
const enough = killed.length / Math.max(1, real.length - equivalent.length) >= 0.9;
console.log(`${real.length - unexplained} passed, ${unexplained + (enough ? 0 : 1)} failed`);
process.exitCode = enough && unexplained === 0 ? 0 : 1;
