#!/usr/bin/env node
// Bills of materials of the four programs (CycloneDX JSON) and the licences of all packages in them, by the tool that .config/dotnet-tools.json pins.
// usage: sbom.mjs OUT [--version VERSION] [--time ISO]   writes OUT/<program>.cdx.json; the packages have to be restored
//        sbom.mjs --licences [--check]                   writes docs/licences.md, or compares it
// The tool is asked for each program alone: told to follow references (--recursive) it also lists what a library would need outside a host. Its answer is compared with the lock
// file: the same packages in the same versions, but for those that only the build uses.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const programs = ['Api', 'Indexer', 'Keeper', 'Cli'];
const argument = (name, other) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : other);
const fail = (sentence) => { console.error(`sbom: ${sentence}`); process.exit(1); };

// Packages whose description names no licence by its SPDX id, and the text in which it stands.
const named = (id, version) => {
  if (/^nethereum\./i.test(id)) return texts('MIT', path.join(packages(), id.toLowerCase(), version, 'LICENSE.md'), 'The MIT License');
  // Its description gives the address of the licence of the repository that it was built from, which is MIT.
  if (/^system\./i.test(id)) return 'MIT';
  return null;
};
const packages = () => process.env.NUGET_PACKAGES ?? path.join(homedir(), '.nuget/packages');
const texts = (licence, file, words) => (readFileSync(file, 'utf8').includes(words) ? licence : fail(`${file} is not the text of ${licence}; look at it and change this script.`));

function make(program, folder) {
  const file = `${program.toLowerCase()}.cdx.json`;
  const { status, stdout, stderr } = spawnSync('dotnet', ['tool', 'run', 'dotnet-CycloneDX', '--', `src/${program}/${program}.csproj`, '-o', folder, '-fn', file, '-F', 'Json',
    '--disable-package-restore', '--no-serial-number', '--exclude-dev', '--set-name', `keystone-${program.toLowerCase()}`, '--set-version', argument('--version', '0.0.0')],
  { cwd: root, encoding: 'utf8', env: { ...process.env, DOTNET_NOLOGO: '1' } });
  if (status !== 0) fail(`the tool ended with ${status}; run "dotnet tool restore" and "dotnet restore KeystoneOs.sln" before.\n${stdout}${stderr}`);
  const bill = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  // The same commit gives the same bytes.
  bill.metadata.timestamp = argument('--time', '1970-01-01T00:00:00Z');
  for (const component of bill.components) {
    const licence = component.licenses?.[0];
    if (licence?.expression || licence?.license?.id) continue;
    const found = named(component.name, component.version) ?? fail(`${component.name} ${component.version} names no licence; add it to this script.`);
    component.licenses = [{ license: { id: found } }];
  }
  compare(program, bill);
  return [file, bill];
}

function compare(program, bill) {
  const frameworks = JSON.parse(readFileSync(path.join(root, 'src', program, 'packages.lock.json'), 'utf8')).dependencies;
  const locked = new Map(Object.values(frameworks).flatMap((one) => Object.entries(one)).filter(([, entry]) => entry.type !== 'Project' && entry.resolved)
    .map(([name, { resolved }]) => [name.toLowerCase(), resolved]));
  for (const { name, version } of bill.components)
    if (locked.get(name.toLowerCase()) !== version) fail(`${program}: the bill has ${name} ${version}, the lock file ${locked.get(name.toLowerCase()) ?? 'does not'}.`);
  const listed = new Set(bill.components.map(({ name }) => name.toLowerCase()));
  // Analyzers and what writes the OpenAPI document: they leave nothing in the program.
  const ofBuild = ['microsoft.codeanalysis.bannedapianalyzers', 'microsoft.codeanalysis.publicapianalyzers', 'microsoft.extensions.apidescription.server'];
  for (const name of locked.keys()) if (!listed.has(name) && !ofBuild.includes(name)) fail(`${program}: the lock file has ${name}, the bill does not.`);
}

const temporary = mkdtempSync(path.join(tmpdir(), 'keystone-sbom-'));
const bills = programs.map((program) => [program, ...make(program, temporary)]);
rmSync(temporary, { recursive: true });

if (process.argv.includes('--licences')) {
  const rows = new Map();
  for (const [program, , bill] of bills)
    for (const { name, version, licenses: [one] } of bill.components) {
      const key = `${name} ${version}`;
      rows.set(key, { name, version, licence: one.expression ?? one.license.id, programs: [...(rows.get(key)?.programs ?? []), program] });
    }
  const lower = ({ name }) => name.toLowerCase();
  const sorted = [...rows.values()].sort((a, b) => (lower(a) < lower(b) ? -1 : 1));
  const counts = [...new Set(sorted.map(({ licence }) => licence))].sort().map((licence) => [licence, sorted.filter((row) => row.licence === licence)]);
  const text = [
    '# Licences of what the programs bring', '',
    'Made by `scripts/lib/sbom.mjs --licences` from the bills of materials; a test compares the packages with the lock files. Packages that only a build or a test uses are not in a program and not here.', '',
    ...counts.map(([licence, all]) => `* ${licence}: ${all.length} packages`), '',
    '| package | version | licence | in |', '|---|---|---|---|',
    ...sorted.map(({ name, version, licence, programs: those }) => `| ${name} | ${version} | ${licence} | ${those.join(', ')} |`), '',
    'Beside packages: the font of the pages, Inter (`src/Dashboard/Assets/inter.LICENSE`, OFL-1.1). The contracts import nothing from outside the repository.', '',
  ].join('\n');
  const file = path.join(root, 'docs/licences.md');
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) fail('docs/licences.md is not what the programs bring. Run: node scripts/lib/sbom.mjs --licences');
} else {
  const out = process.argv[2] ?? fail('name the folder; see the head of this file');
  mkdirSync(out, { recursive: true });
  for (const [, file, bill] of bills) writeFileSync(path.join(out, file), `${JSON.stringify(bill, null, 2)}\n`);
}
