#!/usr/bin/env node
// Every lock file of the repository is one that an install accepts: .NET by a restore in locked mode, npm by `npm ci --dry-run`, which installs nothing.
// And every project that should have a lock file has one.
// usage: lock-files.mjs [--json FILE]      FILE gets {passed, failed}, one for each lock file
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const json = process.argv[2] === '--json' ? process.argv[3] : null;
const run = (program, args, cwd = root) => spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, DOTNET_NOLOGO: '1' } });
// Of a file that was just written, or just removed, git may not know yet.
const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard']).stdout.trim().split('\n').filter((file) => fs.existsSync(path.join(root, file)));
const named = (name) => files.filter((file) => path.posix.basename(file) === name);
const failures = [];
const fault = (file, sentence) => failures.push({ file, sentence });

const projects = files.filter((file) => file.endsWith('.csproj') && !/<RestorePackagesWithLockFile>false</.test(fs.readFileSync(path.join(root, file), 'utf8')));
const dotnet = named('packages.lock.json');
const npm = named('package-lock.json');
for (const project of projects) {
  const lock = path.posix.join(path.posix.dirname(project), 'packages.lock.json');
  if (!dotnet.includes(lock)) fault(lock, `is missing: run "dotnet restore ${project}" and commit it.`);
}
for (const file of named('package.json')) {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
  const lock = path.posix.join(path.posix.dirname(file), 'package-lock.json');
  if ((dependencies || devDependencies || optionalDependencies) && !npm.includes(lock)) fault(lock, `is missing: run "npm install --package-lock-only" beside it and commit it.`);
}

const solution = fs.readFileSync(path.join(root, 'KeystoneOs.sln'), 'utf8').replaceAll('\\', '/');
const apart = projects.filter((project) => !solution.includes(`"${project}"`));
for (const target of ['KeystoneOs.sln', ...apart]) {
  const { status, stdout, stderr } = run('dotnet', ['restore', target, '--locked-mode', '--force', '-v', 'q']);
  if (status !== 0) fault(target, `is not restored in locked mode:\n${(stdout + stderr).trim()}`);
}
for (const lock of dotnet) {
  if (!projects.some((project) => path.posix.dirname(project) === path.posix.dirname(lock))) fault(lock, 'belongs to no project: remove it.');
}
for (const lock of npm) {
  const { status, stdout, stderr } = run('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], path.join(root, path.dirname(lock)));
  // After the reason npm prints its manual.
  if (status !== 0) fault(lock, `is not accepted by npm ci:\n${(stderr || stdout).split(/^npm error Clean install a project/m)[0].trim()}`);
}

for (const { file, sentence } of failures) console.error(`lock files: ${file} ${sentence}`);
const failed = failures.length;
const total = dotnet.length + npm.length;
console.log(`lock files: ${dotnet.length} of .NET, ${npm.length} of npm, ${failed} faults`);
if (json) fs.writeFileSync(json, `${JSON.stringify({ passed: Math.max(total - failed, 0), failed })}\n`);
process.exit(failed === 0 ? 0 : 1);
