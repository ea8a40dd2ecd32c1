#!/usr/bin/env node
// Adds up what the test runners wrote. Argument 1: a table of suite, result file, exit status, seconds; argument 2: seconds in all.
// A result file is a TRX of `dotnet test` or JSON with {passed, failed}; "-" stands for a check that is one test by its exit status.
// The file "notes" beside the table holds lines to print: what the run has to say besides its counts.
import fs from 'node:fs';
import path from 'node:path';

const [table, total] = process.argv.slice(2);
const rows = fs.readFileSync(table, 'utf8').trim().split('\n').map((line) => line.split('\t'));
let passed = 0;
let failed = 0;
const skips = [];
const failures = [];
const notes = new Set();
const classes = new Map();
const secondsOf = (duration) => duration.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
const plain = (text) => text.replaceAll('&#xD;', '').replaceAll('&#xA;', '\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&').trim();

function read(file, status) {
  if (file === '-') return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!fs.existsSync(file)) return null;
  const text = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.json')) {
    const counts = JSON.parse(text);
    skips.push(...(counts.skips ?? []));
    return counts;
  }
  const counters = /<Counters ([^>]*)\/>/.exec(text)?.[1];
  if (!counters) return null;
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(counters)?.[1] ?? 0);
  for (const [note] of text.matchAll(/^Postgres of the tests: .*$|(?<=<StdOut>)Postgres of the tests: [^<\n]*/gm)) notes.add(plain(note));
  for (const [row] of text.matchAll(/<UnitTestResult [^>]*>/g)) {
    const type = /testName="(?:[^"(]*\.)?([^".(]+)\.[^".(]+(?:\(|")/.exec(row)?.[1];
    const duration = /duration="([^"]*)"/.exec(row)?.[1];
    if (type && duration) classes.set(type, (classes.get(type) ?? 0) + secondsOf(duration));
  }
  for (const [, test, body] of text.matchAll(/<UnitTestResult [^>]*testName="([^"]*)"[^>]*outcome="NotExecuted"[^>]*>([\s\S]*?)<\/UnitTestResult>/g))
    skips.push(`${test}: ${/<(?:Message|StdOut)>([^<]*)</.exec(body)?.[1]?.trim() ?? 'no reason given'}`);
  for (const [, test, body] of text.matchAll(/<UnitTestResult [^>]*testName="([^"]*)"[^>]*outcome="Failed"[^>]*>([\s\S]*?)<\/UnitTestResult>/g))
    failures.push(`failed: ${plain(test)}\n${plain(/<Message>([^<]*)</.exec(body)?.[1] ?? 'no message')}\n${plain(/<StackTrace>([^<]*)</.exec(body)?.[1] ?? '')}`);
  return { passed: count('passed'), failed: count('total') - count('passed') - (count('total') - count('executed')) };
}

const lines = [];
for (const [name, file, status, seconds] of rows) {
  let result = read(file, Number(status));
  let remark = '';
  if (!result || !Number.isInteger(result.passed) || !Number.isInteger(result.failed)) {
    result = { passed: 0, failed: 1 };
    remark = '   did not report';
  } else if (Number(status) !== 0 && result.failed === 0) {
    result = { passed: result.passed, failed: 1 };
    remark = `   ended with status ${status}`;
  } else if (result.passed + result.failed === 0) {
    result = { passed: 0, failed: 1 };
    remark = '   ran no test';
  }
  passed += result.passed;
  failed += result.failed;
  lines.push(`${seconds.padStart(10)} ${String(result.passed).padStart(8)} ${String(result.failed).padStart(8)}  ${name}${remark}`);
}
for (const failure of failures) console.log(`\n${failure}`);
console.log('\n   seconds   passed   failed  suite');
for (const line of lines) console.log(line);
console.log(`${String(total).padStart(10)}                    in all`);
const slowest = [...classes].sort((one, other) => other[1] - one[1]).slice(0, 10);
if (slowest.length > 0) console.log(`slowest classes, seconds of their tests: ${slowest.map(([name, seconds]) => `${name} ${seconds.toFixed(0)}`).join(', ')}`);
const written = path.join(path.dirname(table), 'notes');
if (fs.existsSync(written)) for (const note of fs.readFileSync(written, 'utf8').trim().split('\n')) notes.add(note);
for (const note of notes) console.log(note);
for (const skip of skips) console.log(`skipped: ${skip}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
