#!/usr/bin/env node
// Writes the C# definitions of src/Escrow.Contracts from contracts/artifacts/*.json: a file for each function, event, error, struct and enum.
// With --check, compares instead and exits 1 on a difference. Needs no compiler. The ABI does not have the members of enums, and the compiler writes no
// documentation of structs, enums and inherited events and errors: these are read from contracts/src/interfaces.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { keep, root, signatureOf } from './common.mjs';

const target = path.join(root, 'src/Escrow.Contracts');
const check = process.argv.includes('--check');

const NAMESPACE = 'Keystone.Escrow.Contracts';
const HEAD = '// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.\n';

// Folders that belong to this script; what it does not write there is removed.
const FOLDERS = ['ComplianceRegistry', 'Erc1155', 'Erc20', 'Erc721', 'EscrowLens', 'SettlementEscrow', 'TestTokens', 'Types'];

// What is not of the standard goes to TestTokens.
const STANDARDS = {
  Erc20: ['allowance', 'approve', 'balanceOf', 'decimals', 'name', 'symbol', 'totalSupply', 'transfer', 'transferFrom', 'permit', 'nonces', 'DOMAIN_SEPARATOR', 'Approval', 'Transfer'],
  Erc721: ['approve', 'balanceOf', 'getApproved', 'isApprovedForAll', 'name', 'ownerOf', 'safeTransferFrom', 'setApprovalForAll', 'supportsInterface', 'symbol', 'tokenURI', 'transferFrom', 'Approval', 'ApprovalForAll', 'Transfer'],
  Erc1155: ['balanceOf', 'balanceOfBatch', 'isApprovedForAll', 'safeBatchTransferFrom', 'safeTransferFrom', 'setApprovalForAll', 'supportsInterface', 'uri', 'ApprovalForAll', 'TransferBatch', 'TransferSingle', 'URI'],
};

const CONTRACTS = [
  { name: 'SettlementEscrow', folder: 'SettlementEscrow' },
  { name: 'EscrowLens', folder: 'EscrowLens' },
  { name: 'ComplianceRegistry', folder: 'ComplianceRegistry' },
  { name: 'MintableToken', folder: 'Erc20' },
  { name: 'MintableDeed', folder: 'Erc721' },
  { name: 'MintableLots', folder: 'Erc1155' },
];

// Members of FunctionMessage; a parameter of the same name gets `Argument` behind it.
const MESSAGE_MEMBERS = new Set(['AmountToSend', 'FromAddress', 'Gas', 'GasPrice', 'Nonce', 'MaxFeePerGas', 'MaxPriorityFeePerGas', 'TransactionType', 'AccessList', 'AuthorisationList']);

// A type must not have the name of a namespace of this solution.
const RENAMED = { Settlement: 'SettlementTerms', Header: 'SettlementHeader', Leg: 'SettlementLeg', State: 'SettlementState', Status: 'SettlementStatus', Report: 'PreflightReport' };

const files = new Map();

// ---- text

const capitalised = (name) => name.replace(/^_+|_+$/g, '').replace(/^./, (letter) => letter.toUpperCase());
const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/`([^`]*)`/g, '<c>$1</c>');

function lines(text, indent) {
  const words = `${xml(text)}`.split(/\s+/);
  const wrapped = [];
  let line = '';
  for (const word of words) {
    if (line && line.length + word.length + 1 > 140 - indent.length) {
      wrapped.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  wrapped.push(line);
  return wrapped.map((one) => `${indent}/// ${one}\n`).join('');
}

function summary(text, indent = '') {
  return text ? (xml(text).length < 120 ? `${indent}/// <summary>${xml(text)}</summary>\n` : `${indent}/// <summary>\n${lines(text, indent)}${indent}/// </summary>\n`) : '';
}

const remarks = (text, indent = '') => (text ? `${indent}/// <remarks>\n${lines(text, indent)}${indent}/// </remarks>\n` : '');

// ---- declarations of contracts/src/interfaces

const declarations = {};
for (const file of readdirSync(path.join(root, 'contracts/src/interfaces')).sort()) {
  const source = readFileSync(path.join(root, 'contracts/src/interfaces', file), 'utf8');
  for (const [, comment, kind, typeName, body, , memberName] of source.matchAll(/^((?: *\/\/\/[^\n]*\n)+) *(?:(struct|enum) (\w+) \{\n([^}]*)\}|(event|error) (\w+)\()/gm)) {
    const name = typeName ?? memberName;
    const doc = { notice: '', params: {} };
    let at = 'notice';
    for (const line of comment.trimEnd().split('\n').map((one) => one.replace(/^ *\/\/\/ ?/, ''))) {
      const tag = line.match(/^@(notice|param) (.*)$/);
      if (tag?.[1] === 'param') {
        const [, param, rest] = tag[2].match(/^(\w+) (.*)$/);
        at = param;
        doc.params[param] = rest;
      } else if (tag) {
        doc.notice = tag[2];
      } else if (at === 'notice') {
        doc.notice += ` ${line}`;
      } else {
        doc.params[at] += ` ${line}`;
      }
    }
    declarations[name] = { kind, doc, members: kind === 'enum' ? body.split(',').map((member) => member.trim()) : [] };
  }
}

// ---- types

const bare = (internalType) => internalType.replace(/^(struct|enum|contract) /, '').replace(/^.*\./, '').replace(/\[\]$/, '');
const isEnum = ({ internalType }) => internalType?.startsWith('enum ');
const nameOf = (name) => RENAMED[name] ?? name;

function typeOf(input) {
  const element = input.type.endsWith('[]') ? { ...input, type: input.type.slice(0, -2) } : null;
  if (element) return `List<${typeOf(element)}>`;
  if (input.components) return nameOf(bare(input.internalType));
  if (isEnum(input)) return nameOf(bare(input.internalType));
  const simple = { address: 'string', bool: 'bool', string: 'string', uint8: 'byte', uint64: 'ulong', uint256: 'BigInteger' }[input.type];
  if (simple) return simple;
  if (/^bytes\d*$/.test(input.type)) return 'byte[]';
  throw new Error(`no C# type for ${input.type}`);
}

function collectTypes(inputs) {
  for (const input of inputs) {
    if (isEnum(input)) writeEnum(bare(input.internalType));
    if (!input.components) continue;
    collectTypes(input.components);
    writeStruct(bare(input.internalType), input.components);
  }
}

const ENUM_MEMBER = /^[A-Z0-9_]+$/;

function writeEnum(name) {
  const declared = declarations[name];
  if (!declared) throw new Error(`contracts/src/interfaces does not declare enum ${name}`);
  const members = declared.members.map((member, i) => `    /// <summary>${member}.</summary>\n    ${ENUM_MEMBER.test(member) ? member[0] + member.slice(1).toLowerCase() : member} = ${i},\n`);
  // A uint8 in the ABI; the library casts enums to int when it encodes them.
  file('Types', nameOf(name), `${summary(declared.doc.notice)}public enum ${nameOf(name)}\n{\n${members.join('\n')}}\n`);
}

function writeStruct(name, components) {
  const declared = declarations[name] ?? { doc: { notice: '', params: {} } };
  const body = properties(components, declared.doc.params, { indexed: false });
  file('Types', nameOf(name), `${summary(declared.doc.notice)}[Struct("${name}")]\npublic sealed class ${nameOf(name)}\n{\n${body}}\n`);
}

/** Attributes and properties of parameters. */
function properties(inputs, docs, { indexed, taken = new Set() }) {
  return inputs
    .map((input, i) => {
      let name = input.name ? capitalised(input.name) : `Value${i + 1}`;
      if (taken.has(name)) name += 'Argument';
      const struct = input.components ? `, "${bare(input.internalType)}${input.type.endsWith('[]') ? '[]' : ''}"` : '';
      const attribute = indexed
        ? `[Parameter("${input.type}", "${input.name}", ${i + 1}, ${input.indexed ? 'true' : 'false'})]`
        : `[Parameter("${input.type}", "${input.name}", ${i + 1}${struct})]`;
      const type = typeOf(input);
      const initial = type.startsWith('List<') ? ' = [];' : input.components || ['string', 'byte[]'].includes(type) ? ' = null!;' : '';
      const said = docs[input.name] ?? docs[`_${i}`] ?? STRUCT_WORDS[input.components && bare(input.internalType)] ?? WORDS[`${input.type} ${input.name}`];
      return `${said ? summary(capitalised(said), '    ') : `    /// <summary><c>${input.name || `_${i}`}</c>, ${input.type.replace('tuple', bare(input.internalType ?? ''))}.</summary>\n`}    ${attribute}\n    public ${type} ${name} { get; set; }${initial}\n`;
    })
    .join('\n');
}

// Parameters that NatSpec leaves to the reader of the contract.
const STRUCT_WORDS = { Settlement: 'The full terms.', Header: 'The terms without the legs.', Leg: 'The leg at `index`.' };
const WORDS = {
  'bytes32 id': 'The id of the settlement.',
  'uint256 id': 'The id of the token.',
  'uint256 tokenId': 'The id of the token.',
  'uint256 index': 'The position of the leg, from 0.',
  'uint256[] indexes': 'The positions of the legs, from 0.',
  'bytes32[] legHashes': 'The EIP-712 struct hash of every leg, in order.',
  'uint64 deadline': 'Seconds since the epoch.',
  'uint256 deadline': 'Seconds since the epoch.',
  'uint64 notBefore': 'Seconds since the epoch.',
  'uint256 amount': 'The amount in smallest units.',
  'address by': 'The caller.',
  'uint64 missing': 'Bit i: leg i is missing.',
};

// ---- files

function file(folder, name, body) {
  const namespace = folder === 'Types' ? NAMESPACE : `${NAMESPACE}.${folder}`;
  const usings = [
    /\bBigInteger\b/.test(body) && 'System.Numerics',
    /\[(Parameter|Function|Event|Error|Struct|FunctionOutput)\b/.test(body) && 'Nethereum.ABI.FunctionEncoding.Attributes',
    /\b(FunctionMessage|ContractDeploymentMessage)\b/.test(body) && 'Nethereum.Contracts',
  ].filter(Boolean).map((one) => `using ${one};\n`).join('');
  const text = `${HEAD}${usings}\nnamespace ${namespace};\n\n${body}`;
  const place = `${folder}/${name}.cs`;
  if (files.has(place) && files.get(place) !== text) throw new Error(`two definitions of ${place}`);
  files.set(place, text);
}

function documentation(natspec, kind, item) {
  const pick = (doc) => {
    const found = doc[kind]?.[signatureOf(item)];
    return (Array.isArray(found) ? found[0] : found) ?? {};
  };
  const declared = kind === 'methods' ? null : declarations[item.name]?.doc;
  if (declared) return { summary: declared.notice, params: declared.params };
  const [user, dev] = [pick(natspec.userdoc), pick(natspec.devdoc)];
  return { summary: user.notice ?? dev.details ?? '', remarks: user.notice ? dev.details : undefined, params: dev.params ?? {}, returns: dev.returns ?? {} };
}

function definitions({ name: contract, folder }) {
  const { abi, natspec } = JSON.parse(readFileSync(path.join(root, `contracts/artifacts/${contract}.json`), 'utf8'));
  const standard = STANDARDS[folder];
  const place = (item) => (!standard || standard.includes(item.name) ? folder : 'TestTokens');
  const overloaded = (item) => abi.some((other) => other !== item && other.type === item.type && other.name === item.name && other.inputs.length < item.inputs.length);

  for (const item of abi) {
    collectTypes([...(item.inputs ?? []), ...(item.outputs ?? [])]);
    const ours = place(item);
    // The three tokens have functions of one name.
    const prefix = ours === 'TestTokens' && item.type === 'function' ? contract : '';
    const suffix = overloaded(item) ? `With${capitalised(item.inputs.at(-1).name)}` : '';
    const base = `${prefix}${capitalised(item.name === 'DOMAIN_SEPARATOR' ? 'DomainSeparator' : (item.name ?? ''))}${suffix}`;
    if (item.type === 'function') {
      const doc = documentation(natspec, 'methods', item);
      const note = `${doc.summary || `<c>${item.name}</c>.`}`;
      const single = item.outputs.length === 1 && !item.outputs[0].components;
      const output = item.outputs.length === 0 || single ? null : `${base}Output`;
      const returned = output ? `, typeof(${output})` : single ? `, "${item.outputs[0].type}"` : '';
      const said = single && Object.values(doc.returns)[0] ? ` Returns: ${Object.values(doc.returns)[0]}` : '';
      file(ours, `${base}Function`, `${summary(note + said)}${remarks([doc.remarks, item.stateMutability === 'view' || item.stateMutability === 'pure' ? `Read-only (${item.stateMutability}).` : ''].filter(Boolean).join(' '))}[Function("${item.name}"${returned})]\npublic sealed class ${base}Function : FunctionMessage\n{\n${properties(item.inputs, doc.params, { indexed: false, taken: MESSAGE_MEMBERS })}}\n`);
      if (output) {
        file(ours, output, `/// <summary>What <c>${item.name}</c> returns.</summary>\n[FunctionOutput]\npublic sealed class ${output} : IFunctionOutputDTO\n{\n${properties(item.outputs, doc.returns, { indexed: false })}}\n`);
      }
    } else if (item.type === 'event') {
      const doc = documentation(natspec, 'events', item);
      file(ours, `${base}Event`, `${summary(doc.summary || `The event <c>${item.name}</c>.`.replace(/<\/?c>/g, '`'))}${remarks(doc.remarks)}[Event("${item.name}")]\npublic sealed class ${base}Event : IEventDTO\n{\n${properties(item.inputs, doc.params, { indexed: true })}}\n`);
    } else if (item.type === 'error') {
      const doc = documentation(natspec, 'errors', item);
      file(ours, `${base}Error`, `${summary(doc.summary || `The error \`${item.name}\`.`)}${remarks(doc.remarks)}[Error("${item.name}")]\npublic sealed class ${base}Error : IErrorDTO\n{\n${properties(item.inputs, doc.params, { indexed: false })}}\n`);
    } else if (item.type === 'constructor') {
      deployment(contract, standard ? 'TestTokens' : folder, item);
    }
  }
  if (!abi.some((item) => item.type === 'constructor')) deployment(contract, standard ? 'TestTokens' : folder, { inputs: [] });
}

function deployment(contract, folder, { inputs }) {
  const body = properties(inputs, {}, { indexed: false, taken: MESSAGE_MEMBERS });
  file(folder, `${contract}Deployment`, `/// <summary>Creation of a <c>${contract}</c>, with the published code.</summary>\npublic sealed class ${contract}Deployment() : ContractDeploymentMessage(PublishedContract.${contract}.CreationCode)\n{\n${body}}\n`);
}

for (const contract of CONTRACTS) definitions(contract);

// ---- compared or written

let differences = 0;
const report = (place, same, word) => {
  if (!same) differences++;
  if (!same) console.log(`${word}  src/Escrow.Contracts/${place}`);
};
const strangers = FOLDERS.flatMap((folder) => (existsSync(path.join(target, folder)) ? readdirSync(path.join(target, folder)).map((name) => `${folder}/${name}`) : [])).filter((place) => !files.has(place));
for (const place of strangers) {
  report(place, false, check ? 'DIFFERS' : 'removed');
  if (!check) rmSync(path.join(target, place));
}
for (const [place, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  report(place, keep(path.join(target, place), text, check), check ? 'DIFFERS' : 'written');
}
if (check) {
  console.log(`${files.size - differences} passed, ${differences} failed`);
  if (differences > 0) {
    console.error('The committed definitions are not what the published ABI gives: run `node contracts/tools/definitions.mjs` and commit.');
    process.exitCode = 1;
  }
}
