// Local chains for measurements: anvil on a free port, or @ethereumjs/vm in this process. JSON-RPC, accounts with keys.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { size } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { nativeFile } from '../../scripts/lib/native.mjs';
import { VmChain } from '../../scripts/lib/vm-chain.mjs';

const MNEMONIC = 'test test test test test test test test test test test junk';
/** The chain begins at this second, so that call data and with it the gas is the same on every run. */
export const START = 1_800_000_000n;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts anvil and waits until it answers. `options` are further arguments of anvil. */
export async function startChain({ accounts = 40, chainId = 31337, options = [] } = {}) {
  const port = await freePort();
  const args = ['--port', port, '--accounts', accounts, '--chain-id', chainId, '--hardfork', 'prague', '--timestamp', START, '--silent', ...options];
  const child = spawn(nativeFile('anvil'), args.map(String), { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  let sequence = 0;

  async function rpc(method, ...params) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++sequence, method, params }),
    });
    const { result, error } = await response.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Sends a transaction and returns its receipt; a failed one throws. */
  async function send(from, to, data) {
    const hash = await rpc('eth_sendTransaction', { from, to, data, gas: '0xf42400' });
    for (let attempt = 0; attempt < 600; attempt++) {
      const receipt = await rpc('eth_getTransactionReceipt', hash);
      if (receipt) {
        if (receipt.status !== '0x1') throw new Error(`the transaction to ${to} failed: ${data.slice(0, 10)}`);
        return receipt;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`no receipt for ${hash}`);
  }

  for (let attempt = 0; ; attempt++) {
    try {
      await rpc('eth_chainId');
      break;
    } catch (error) {
      if (attempt > 200 || child.exitCode !== null) throw new Error(`anvil does not answer: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve();
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
  return { url, rpc, send, stop, account: (index) => mnemonicToAccount(MNEMONIC, { addressIndex: index }) };
}

/** A chain with the same accounts under the rules that @ethereumjs/vm calls `hardfork`. */
export async function startVmChain({ accounts = 40, chainId = 31337, hardfork }) {
  const owners = new Map(Array.from({ length: accounts }, (_, i) => mnemonicToAccount(MNEMONIC, { addressIndex: i })).map((one) => [one.address, one]));
  const chain = await VmChain.start({ hardfork, chainId, timestamp: START, rich: [...owners.keys()] });
  const rpc = (method, ...params) => chain.rpc(method, ...params);

  /** Sends a transaction and returns its receipt; a failed one throws. */
  async function send(from, to, data) {
    const nonce = Number(await rpc('eth_getTransactionCount', from, 'latest'));
    // A deployment alone needs more than 16,777,216, which under Amsterdam bounds execution only.
    const gas = size(data) > 10_000 && hardfork === 'amsterdam' ? 40_000_000n : 16_000_000n;
    const raw = await owners.get(from).signTransaction({ chainId, nonce, gas, to, data, type: 'eip1559', maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n });
    const receipt = await rpc('eth_getTransactionReceipt', await rpc('eth_sendRawTransaction', raw));
    if (receipt.status !== '0x1') throw new Error(`the transaction to ${to} failed: ${data.slice(0, 10)}`);
    return receipt;
  }

  return { rpc, send, stop: async () => {}, account: (index) => mnemonicToAccount(MNEMONIC, { addressIndex: index }) };
}
