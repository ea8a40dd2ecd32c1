#!/usr/bin/env node
// Writes docs/dependencies.md: every package of each service and of the command line tool with its version and what brings it, from the committed
// packages.lock.json files (the same closure as `dotnet list package --include-transitive`, without network). With --check it compares and exits 1 on a difference.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const file = path.join(root, 'docs/dependencies.md');
const programs = ['Api', 'Indexer', 'Keeper', 'Cli'];

const lockOf = (room) => {
  const frameworks = JSON.parse(readFileSync(path.join(root, 'src', room, 'packages.lock.json'), 'utf8')).dependencies;
  return Object.assign({}, ...Object.values(frameworks));
};
const lower = (name) => name.toLowerCase();

function table(program) {
  const lock = lockOf(program);
  const by = new Map();
  const bring = (who, dependencies) => {
    for (const name of Object.keys(dependencies ?? {})) {
      const key = lower(name);
      by.set(key, [...(by.get(key) ?? []), who]);
    }
  };
  for (const [name, entry] of Object.entries(lock)) bring(entry.type === 'Project' ? `room ${name.replace(/^keystone\./, '')}` : name, entry.dependencies);
  const rows = Object.entries(lock)
    .filter(([, entry]) => entry.type !== 'Project' && entry.resolved)
    .map(([name, entry]) => [name, entry.resolved, [...(entry.type === 'Direct' ? ['itself'] : []), ...new Set(by.get(lower(name)) ?? [])].sort((a, b) => (a < b ? -1 : 1)).join(', ')])
    .sort(([a], [b]) => (lower(a) < lower(b) ? -1 : 1));
  return [`## ${program}`, '', `${rows.length} packages.`, '', '| package | version | brought by |', '|---|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`), ''];
}

const text = [
  '# Packages of each program', '',
  'Made by `scripts/lib/dependencies.mjs` from the lock files; a test compares. `dotnet list src/Keeper package --include-transitive` prints the same closure for one program.',
  'Versions are pinned in `Directory.Packages.props`, for what packages bring along too. Which room may reference which package: `tests/Architecture/PackageTests.cs`.', '',
  ...programs.flatMap(table),
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/dependencies.md is not what the lock files say. Run: node scripts/lib/dependencies.mjs');
    process.exit(1);
  }
} else writeFileSync(file, text);
