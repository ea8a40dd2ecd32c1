// What was measured, as contracts/gas/README.md and artifacts/bench/gas.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param prague Rows from anvil; the bars are of these. @param praguevm The same calls on @ethereumjs/vm. @param amsterdam The same again under Amsterdam.
 */
export function report({ root, check, escrowArtifact, prague, praguevm, amsterdam }) {
  const json = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const vmVersion = json('node_modules/@ethereumjs/vm/package.json').version;
  const rows = prague;
  const row = (key) => rows.find((entry) => entry.key === key);
  const later = (key) => amsterdam.find((entry) => entry.key === key);
  const floorGas = row('floor').gas;
  const values = {
    'gas.signed_one_transaction': row('signed').gas,
    'gas.custody_last_depositor_closes': row('closes').gas,
    'gas.custody_keeper_executes': row('executes').gas,
    'gas.register': row('register').gas,
    'gas.execute_swap': row('execute').gas,
    'gas.refund_one_leg': row('refund').gas,
    'gas.batch_of_10_per_item': Math.round(row('batch').gas / 10),
    'gas.16_legs_custody': row('ring16').gas,
  };
  const results = json('bench/bars.json')
    .filter(({ name }) => name.startsWith('gas.'))
    .map(({ name, unit, compare, bar }) => ({ name, value: values[name], unit, compare, bar, ok: values[name] <= bar, rules: 'prague' }));
  const unknown = results.filter(({ value }) => value === undefined);
  if (unknown.length > 0) throw new Error(`no measurement for ${unknown.map(({ name }) => name).join(', ')}`);

  const number = (value) => value.toLocaleString('en-US');
  const table = (head, lines) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...lines.map((line) => `| ${line.join(' | ')} |`)].join('\n');
  const line = ({ key, title, gas, bytes, steps }) => [
    title, number(gas), number(later(key).gas), (later(key).gas / gas).toFixed(1), (gas / floorGas).toFixed(2), number(bytes), steps.length > 6 ? `${steps.length} transactions` : steps.map(({ name, gas: each }) => `${name} ${number(each)}`).join(' + '),
  ];
  const whole = ['floor', 'airswap_warm', 'airswap', 'airswap_light', 'signed_registered', 'signed', 'closes', 'escrow_floor', 'executes', 'executes_registered', 'executes_zero', 'textbook'];
  const single = ['register', 'execute', 'execute_new', 'execute64_new', 'withdraw', 'cancel', 'refund', 'refund_many', 'batch', 'batch_same', 'ring16', 'ring16_signed', 'deploy'];
  const apart = rows.map(({ key, gas }) => Math.abs(gas - praguevm.find((entry) => entry.key === key).gas));
  const columns = ['gas', 'Amsterdam', 'x', 'x floor', 'bytes', 'transactions'];
  const pick = (keys) => keys.map(row).filter(Boolean).map(line);
  const reasons = json('bench/gas/reasons.json');
  const text = `# Gas

Written by \`scripts/bench gas\`; do not edit. Whole transactions as their receipts count them, published bytecode
(${number((escrowArtifact.deployedBytecode.length - 2) / 2)} bytes of runtime code). Two ERC-20s, allowances given before and not counted, both parties hold both tokens, the escrow
holds one unit of each, terms with a 16-byte \`ref\`, an operator, a commitment and no gate. "bytes" is call data,
which is what a rollup charges for.

**Rules.** "gas", "x floor" (the ratio to two bare \`transferFrom\`), the single transactions and all bars: Prague, on anvil. They hold on chains before Amsterdam.
"Amsterdam", and "x", its ratio to Prague: the rules that Sepolia has since 6 October 2026 (EIP-2780, 7976, 7981, 8037, 8038), on \`@ethereumjs/vm\` ${vmVersion}. A
new storage slot costs 110,020 gas there instead of 22,100, a byte of code 1,530 instead of 200, and call data at least 64 gas a byte. Under Prague the same
tool ${Math.max(...apart) === 0 ? 'gives what anvil gives, in every row' : `differs from anvil by at most ${number(Math.max(...apart))} gas in a row`}.

## A settlement of two legs, all of its transactions

${table(['path', ...columns], pick(whole))}

AirSwap and the floor hold nothing: both parties must keep balance and allowance until the swap. AirSwap's build is the one that its npm package publishes.

## Single calls and larger ones

${table(['call', ...columns], pick(single))}

## Bars

Under the rules of Prague.

${table(['bar', 'measured', 'at most', ''], results.map(({ name, value, bar, ok }) => [`\`${name}\``, number(value), number(bar), ok ? 'ok' : `missed: ${reasons[name] ?? 'no reason is written down'}`]))}
`;
  const file = path.join(root, 'contracts/gas/README.md');
  const same = existsSync(file) && readFileSync(file, 'utf8') === text;
  mkdirSync(path.join(root, 'artifacts/bench'), { recursive: true });
  writeFileSync(path.join(root, 'artifacts/bench/gas.json'), `${JSON.stringify(results, null, 2)}\n`);
  if (!check) writeFileSync(file, text);
  console.log(text);
  if (check && !same) {
    console.error('contracts/gas/README.md is not what was measured: run scripts/bench gas and commit.');
    process.exitCode = 1;
  }
}
