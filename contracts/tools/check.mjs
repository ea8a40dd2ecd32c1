#!/usr/bin/env node
// Every check of the contracts: format, lint, vectors, artifacts, and all tests against the published bytecode, which the artifacts' check ties to the
// sources. With KEYSTONE_TEST_DEEP=1 also against the sources, with longer random histories, with coverage and with mutants.
// Prints one line per suite, the failures, and last `N passed, N failed`. With --json FILE it also writes the counts for programs.
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nativeFile } from '../../scripts/lib/native.mjs';
import { permit2Code } from './permit2.mjs';
import { realTokens } from './real-tokens.mjs';
import { root } from './common.mjs';

const forge = nativeFile('forge');

// The tests that the specification asks for by name. A test or a contract of tests has each of them in its own name.
const NAMED = [
  'DirectVictimWithAllowance', 'Full_WithDirectUnarmed', 'SettleSigned_AfterStrangerRegister', 'SettleSigned_MixedCustody_NoDoublePull',
  'WithdrawVoidsSettleSignature', 'WithdrawVoidsPermit2Signature', 'CancelFromNoneVoidsSignature', 'ForkChainId_RefundWorks_SettleReverts',
  'FeeSwitchedOn_RefundStillWorks', 'SenderSurcharge_ExecuteAndRefundRevert', 'Erc20KindOnErc721Id1', 'Gate_EOA', 'Gate_EmptyReturn', 'Gate_HugeReturn',
  'Gate_Reverts', 'Gate_BurnsGas', 'Gate_Reenters', 'Gate_SaysNo_DepositAndExecute', 'Batch_LowGasReverts', 'Batch_BurnerCannotStarve', 'Batch_ReasonBounded',
  'IdenticalLegs_BothRelayed', 'Signature7702_DelegateWithout1271', 'NonCanonicalCalldata', 'RebuildFromLogs', 'CancelVersusExecute', 'TimeCells', 'SixtyFourLegs',
];

const suites = [];
const skips = [];

function run(command, args, env = {}) {
  const started = Date.now();
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: [], stderr: [] };
    for (const [name, parts] of Object.entries(said)) child[name].on('data', (part) => parts.push(part));
    const end = (status, fault = '') => {
      const out = Buffer.concat(said.stdout).toString(), errors = Buffer.concat(said.stderr).toString();
      done({ ok: status === 0, out, text: `${out}${errors}${fault}`, seconds: (Date.now() - started) / 1000 });
    };
    child.on('error', (fault) => end(null, fault.message));
    child.on('close', (status) => end(status));
  });
}

function report(name, passed, failed, seconds, details = '') {
  suites.push({ name, passed, failed, seconds });
  console.log(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
  if (failed > 0 && details) console.log(details.trimEnd());
}

/** A tool whose exit status is its result. */
async function gate(name, command, args, env) {
  const { ok, text, seconds } = await run(command, args, env);
  report(name, ok ? 1 : 0, ok ? 0 : 1, seconds, text);
}

/** A script that ends with `N passed, N failed`. */
async function script(name, file, args = []) {
  const { ok, text, seconds } = await run(process.execPath, [path.join(root, 'contracts/tools', file), '--check', ...args]);
  const counts = text.match(/^(\d+) passed, (\d+) failed$/m);
  const [passed, failed] = counts ? [Number(counts[1]), Number(counts[2])] : [0, 1];
  report(name, passed, ok ? failed : Math.max(failed, 1), seconds, text);
}

async function tests(name, env) {
  const { ok, out, text, seconds } = await run(forge, ['test', '--json'], env);
  let results;
  try {
    results = JSON.parse(out.slice(out.indexOf('{')));
  } catch {
    return report(name, 0, 1, seconds, text);
  }
  let passed = 0;
  const failures = [];
  for (const [suite, { test_results: cases }] of Object.entries(results)) {
    for (const [test, { status, reason }] of Object.entries(cases)) {
      if (status === 'Success') passed++;
      else if (status === 'Skipped' && reason) skips.push(`${path.basename(suite)} ${test}: ${reason}`);
      else failures.push(`  ${suite} ${test}: ${reason ?? status}`);
    }
  }
  // A suite that forge did not see must not pass for one that has no failures.
  const ran = new Set(Object.keys(results).map((suite) => path.basename(suite.split(':')[0])));
  for (const file of readdirSync(path.join(root, 'contracts/test'), { recursive: true }).filter((file) => file.endsWith('.t.sol') && !ran.has(path.basename(file)))) {
    failures.push(`  ${file} did not run`);
  }
  const names = Object.entries(results).flatMap(([suite, { test_results: cases }]) => [suite, ...Object.keys(cases)]).join('\n');
  for (const missing of NAMED.filter((wanted) => !names.includes(wanted))) failures.push(`  no test has ${missing} in its name`);
  if (!ok && failures.length === 0) failures.push(text);
  report(name, passed, failures.length, seconds, failures.join('\n'));
}

/** Proofs, where z3 is installed or can be. */
async function proofs() {
  const names = { 'smt.mjs': 'SMTChecker (windows, word, id)', 'bytecode-proofs.mjs': 'published bytecode, symbolically (id, way back)' };
  const { ok } = await run(path.join(root, 'contracts/tools/z3'), []);
  if (ok) {
    for (const [file, name] of Object.entries(names)) await script(name, file);
  } else for (const name of Object.values(names)) console.log(`note ${name}: not run, z3 is not installed (apt-get install z3)`);
}

/** The real Permit2 for one of the two runs; without it both use the stand-in of contracts/test/mocks, and this says so. */
function permit2() {
  try {
    return { PERMIT2_CODE: permit2Code() };
  } catch (error) {
    console.log(`note the tests of Permit2 run against a stand-in only: ${error.message}`);
    return {};
  }
}

/** Real tokens; without them their tests are skipped, or fail when KEYSTONE_REAL_TOKENS is "required", and this says so. */
function tokens() {
  try {
    return { REAL_TOKENS: realTokens() };
  } catch (error) {
    if (process.env.KEYSTONE_REAL_TOKENS === 'required') report('real tokens', 0, 1, 0, `KEYSTONE_REAL_TOKENS is "required": ${error.message}`);
    else console.log(`note USDC and ERC-3643 are tested against tokens of our own only: ${error.message}`);
    return {};
  }
}

const thorough = process.env.KEYSTONE_TEST_DEEP === '1' || process.env.KEYSTONE_TEST_CI === '1';

/** The compiler's part, which works on one core: each of its runs has a folder of its own, so that it does not disturb the tests beside it. */
async function sources() {
  await gate('format', forge, ['fmt', '--check']);
  // Lint has a cache of its own: it compiles without bytecode.
  await gate('lint', forge, ['lint', '--deny', 'warnings'], { FOUNDRY_PROFILE: 'lint' });
  await script('trees of the unit tests', 'trees.mjs');
  await script('settlement ids (viem)', 'vectors.mjs');
  await script('published artifacts', 'artifacts.mjs', thorough ? [] : ['--recorded']);
  // The escrow's own is compiled in SepoliaGuideTests, too, and compared with what lies on a chain.
  if (thorough) await gate('inputs for explorers', process.execPath, ['contracts/tools/explorer-input.mjs', '--check']);
  await proofs();
}

async function behaviour() {
  await tests('forge test, published bytecode', { ESCROW_CODE: 'published', ...permit2(), ...tokens() });
  await script('drill without our services', 'drill-test.mjs');
}

await Promise.all([sources(), behaviour()]);

if (process.env.KEYSTONE_TEST_DEEP === '1') {
  const long = { FOUNDRY_INVARIANT_RUNS: '1024', FOUNDRY_INVARIANT_DEPTH: '128', FOUNDRY_FUZZ_RUNS: '2048' };
  await script('coverage of contracts/src', 'coverage.mjs');
  await tests('forge test, sources, deep', { ESCROW_CODE: 'sources', ...long, ...tokens() });
  // All of them: scripts/mutate.
  await script('mutants of the escrow, every fourth', 'mutate.mjs', ['--every', '4', '--fresh']);
}

const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0);
const json = process.argv.indexOf('--json');
if (json > 0) writeFileSync(process.argv[json + 1], `${JSON.stringify({ suites, skips, passed: sum('passed'), failed: sum('failed') }, null, 2)}\n`);
for (const skip of skips) console.log(`skipped: ${skip}`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
