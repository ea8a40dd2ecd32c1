#!/usr/bin/env node
// The compiler's SMTChecker on contracts/proofs: every assertion, for all values. Needs z3 in PATH (Debian: apt-get install z3); without it nothing
// is proved and this says so and ends with status 3. Last line: `N passed, N failed`.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);
const solc = require('solc');

const SOLVER_SECONDS = 10;

if (spawnSync('z3', ['--version']).status !== 0) {
  console.log('smt: z3 is not installed, so nothing was proved (apt-get install z3).');
  process.exit(3);
}

/** One query of the checker, answered by z3 as a program of its own. */
function solve(query) {
  const run = spawnSync('z3', ['-smt2', '-in', `-T:${SOLVER_SECONDS}`], { input: query, encoding: 'utf8', maxBuffer: 1 << 28 });
  const text = run.stdout ?? '';
  return /^(sat|unsat|unknown)/.test(text) ? { contents: text } : { error: text || String(run.error) };
}

const folder = path.join(root, 'contracts/proofs');
let proved = 0;
let failed = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.sol'))) {
  const input = {
    language: 'Solidity',
    sources: { [`contracts/proofs/${file}`]: { content: readFileSync(path.join(folder, file), 'utf8') } },
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
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find, smtSolver: solve }));
  for (const { severity, message, formattedMessage } of output.errors ?? []) {
    if (/BMC: Assertion violation check is safe/.test(message)) proved++;
    else if (severity === 'info' && !/unproved|might happen|happens/.test(message)) console.log(message);
    else {
      failed++;
      console.log(formattedMessage);
    }
  }
  if (proved === 0) failed++;
}
console.log(`${proved} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
