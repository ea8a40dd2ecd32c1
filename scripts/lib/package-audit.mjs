#!/usr/bin/env node
// Are packages of this repository known as vulnerable? A clean answer means something only if the package feed has advisories, so three restores are
// made, each with advisories as errors (KeystoneAudit=errors in Directory.Build.props):
//   1. a project with a vulnerable package, against an advisory served by this script: it has to fail, else the settings are wrong;
//   2. the same project against the feed of this machine: if it passes, the feed has no advisories and the third restore proves nothing;
//   3. the solution: it has to pass.
// usage: package-audit.mjs      exit status 1 when a package is vulnerable, when advisories cannot be read, or when the settings are wrong
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const work = path.join(root, 'artifacts/audit');
const project = path.join(root, '.ci/audit/Vulnerable.csproj');

// In the fixture's folder NuGet reads its settings from there upward and then the machine's, so an audit source can be added for it alone.
function restore(arguments_, cwd) {
  return new Promise((resolve) => {
    const child = spawn('dotnet', ['restore', ...arguments_, '--force', '-p:KeystoneAudit=errors', '-v', 'q'], { cwd, env: { ...process.env, DOTNET_NOLOGO: '1' } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { said += data; });
    child.on('close', (status) => resolve({ status, said, codes: new Set(said.match(/\bNU\d{4}\b/g) ?? []) }));
  });
}

const advisory = (codes) => ['NU1901', 'NU1902', 'NU1903', 'NU1904'].some((code) => codes.has(code));
const fail = (sentence, said = '') => {
  console.error(`package audit: ${sentence}${said ? `\n${said.trim()}` : ''}`);
  process.exit(1);
};

/** The project in a folder of its own, with an audit source beside the machine's settings when one is given. */
function fixture(name, auditSource) {
  const folder = path.join(work, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(project, path.join(folder, 'Vulnerable.csproj'));
  if (auditSource) {
    fs.writeFileSync(path.join(folder, 'nuget.config'),
      `<configuration><auditSources><clear/><add key="own" value="${auditSource}" allowInsecureConnections="true"/></auditSources></configuration>\n`);
  }
  return folder;
}

const server = http.createServer((request, response) => {
  const own = `http://127.0.0.1:${server.address().port}`;
  const answers = {
    '/index.json': { version: '3.0.0', resources: [{ '@id': `${own}/vulnerabilities.json`, '@type': 'VulnerabilityInfo/6.7.0' }] },
    '/vulnerabilities.json': [{ '@name': 'base', '@id': `${own}/base.json`, '@updated': '2026-01-01T00:00:00Z', comment: '' }],
    '/base.json': { 'newtonsoft.json': [{ severity: 2, url: `${own}/advisory`, versions: '(, 13.0.1)' }] },
  };
  const answer = answers[request.url];
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? {}));
});
await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const own = await restore(['Vulnerable.csproj'], fixture('own', `http://127.0.0.1:${server.address().port}/index.json`));
server.close();
server.closeAllConnections();
if (own.status === 0 || !advisory(own.codes)) fail('an advisory does not stop a restore: the settings in Directory.Build.props do not work.', own.said);

const feed = await restore(['Vulnerable.csproj'], fixture('feed'));
if (feed.status !== 0 && !advisory(feed.codes)) fail('the feed could not be asked for advisories.', feed.said);

const solution = await restore(['KeystoneOs.sln', '--locked-mode'], root);
if (solution.status !== 0) fail(advisory(solution.codes) ? 'packages are known as vulnerable.' : 'the solution could not be restored.', solution.said);
console.log(feed.status === 0
  ? 'package audit: the feed has no advisories (it has none for Newtonsoft.Json 12.0.1): the audit proves nothing about our packages.'
  : 'package audit: clean, and the feed has advisories (it names the one of Newtonsoft.Json 12.0.1).');
