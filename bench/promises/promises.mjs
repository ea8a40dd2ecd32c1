#!/usr/bin/env node
// Writes docs/operations/promises.md: every bar of bench/bars.json with what was measured last, bench/NAME/figures.json, and why one is missed, bench/NAME/reasons.json.
// usage: promises.mjs [--take NAME | --check]     --take first takes what a run of NAME measured, artifacts/bench/NAME.json, into its figures; what it did not measure stays as it was
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const page = path.join(root, 'docs/operations/promises.md');
const read = (file, absent) => (existsSync(path.join(root, file)) ? JSON.parse(readFileSync(path.join(root, file), 'utf8')) : absent);
const bars = read('bench/bars.json');
const areas = [...new Set(bars.map(({ name }) => areaOf(name)))];

function areaOf(name) {
  return name.slice(0, name.indexOf('.'));
}

const take = process.argv.indexOf('--take');
if (take > 0) takeFrom(process.argv[take + 1]);
const { text, faults } = write();
if (process.argv.includes('--check')) {
  if (!existsSync(page) || readFileSync(page, 'utf8') !== text) faults.push('docs/operations/promises.md is not what bench/*/figures.json and reasons.json say. Run: scripts/bench promises');
} else {
  writeFileSync(page, text);
}
for (const fault of faults) console.error(fault);
// A missed bar is a finding of a run, and an error of the page alone.
if (faults.length > 0 && process.argv.includes('--check')) process.exitCode = 1;

/** Takes the figures of a run. A figure that is the same as before keeps its day. */
function takeFrom(area) {
  if (!areas.includes(area)) throw new Error(`bench/bars.json has no bar of "${area}"; there are: ${areas.join(', ')}.`);
  const found = read(`artifacts/bench/${area}.json`);
  if (!found) throw new Error(`artifacts/bench/${area}.json is not there. Run: scripts/bench ${area}`);
  const known = new Map(read(`bench/${area}/figures.json`, []).map((figure) => [figure.name, figure]));
  const machine = `${os.cpus().length} cores, ${os.cpus()[0].model.trim()}`;
  for (const { name, value, raw } of found) {
    const before = known.get(name);
    if (typeof value !== 'number' || (before && before.value === value && before.raw === raw)) continue;
    known.set(name, { name, value, raw, on: new Date().toISOString().slice(0, 10), machine });
  }
  const figures = bars.map(({ name }) => known.get(name)).filter(Boolean);
  writeFileSync(path.join(root, `bench/${area}/figures.json`), `${JSON.stringify(figures, null, 2)}\n`);
}

/** The page, and what is wrong with its sources. */
function write() {
  const faults = [];
  const missed = [];
  const sections = [];
  const counts = { ok: 0, missed: 0, open: 0 };
  for (const area of areas) {
    const figures = new Map(read(`bench/${area}/figures.json`, []).map((figure) => [figure.name, figure]));
    const reasons = read(`bench/${area}/reasons.json`, {});
    const named = (name) => bars.some((bar) => bar.name === name);
    for (const name of [...figures.keys(), ...Object.keys(reasons)]) if (!named(name)) faults.push(`bench/${area}: bench/bars.json has no bar ${name}.`);
    const rows = bars.filter(({ name }) => areaOf(name) === area).map(({ name, unit, compare, bar }) => {
      const wanted = `${compare === '<=' ? 'at most' : 'at least'} ${number(bar)}`;
      const figure = figures.get(name);
      if (!figure) {
        counts.open++;
        return `| \`${name}\` | | ${wanted} | not measured | |`;
      }
      const ok = compare === '<=' ? figure.value <= bar : figure.value >= bar;
      counts[ok ? 'ok' : 'missed']++;
      if (!ok && !reasons[name]) faults.push(`bench/${area}/reasons.json does not say why ${name} is missed.`);
      if (!ok) missed.push(`* \`${name}\`, ${number(figure.value)} instead of ${wanted}: ${reasons[name] ?? 'no reason is written down.'}`);
      return `| \`${name}\` | ${number(figure.value)} ${unit} | ${wanted} | ${ok ? 'ok' : '**missed**'} | ${figure.on}${figure.machine ? `, ${figure.machine}` : ''}${figure.raw ? `: ${figure.raw}` : ''} |`;
    });
    sections.push(`## ${area}\n\n${about(area)} \`scripts/bench ${area}\`\n\n| bar | measured | wanted | | when and of what |\n|---|---|---|---|---|\n${rows.join('\n')}\n`);
  }
  const text = `# What is measured, and what of it is reached

For operators who size a machine, and for whoever changes something that a figure rests on. Written by \`scripts/bench promises\` from \`bench/bars.json\`, \`bench/*/figures.json\` and
\`bench/*/reasons.json\`; do not edit. A run of a benchmark takes its figures into the page; a test compares.

A bar is a ratio wherever a time would say more about the machine: the two sides were measured in turn in one run. Absolute times are of the machine named beside them, which
had other work at the same time; they are no limits of tests.

Of ${bars.length} bars ${counts.ok} are reached, ${counts.missed} missed and ${counts.open} not measured.
${missed.length > 0 ? `\n## Missed\n\n${missed.join('\n')}\n` : ''}
${sections.join('\n')}`;
  return { text, faults };
}

/** The first line of a benchmark's own description. */
function about(area) {
  const [, , line] = /^(#!.*)\n# (.*)$/m.exec(readFileSync(path.join(root, 'bench', area, 'run'), 'utf8')) ?? [];
  return (line ?? '').replace(/ Writes .*$/, '');
}

/** Three significant digits for what is small, none after the point for what is large; as the tables of the benchmarks have them. */
function number(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 3;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, useGrouping: size >= 1_000 });
}
