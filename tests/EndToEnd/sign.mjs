// Signs an EIP-712 document as any wallet does, with viem and nothing of this repository. Standard input: {"key": "0x…", "typedData": {…}}.
import { readFileSync } from 'node:fs';
import { privateKeyToAccount } from 'viem/accounts';

const { key, typedData } = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(await privateKeyToAccount(key).signTypedData(typedData));
