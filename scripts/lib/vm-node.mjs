#!/usr/bin/env node
// JSON-RPC over HTTP in front of a VmChain, for the tests. Prints "Listening on 127.0.0.1:PORT" once it answers; ends with SIGTERM.
// usage: vm-node.mjs [--port N] [--chain-id N] [--hardfork NAME] [--gas-limit N] [--rich ADDRESS,ADDRESS...]
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { VmChain } from './vm-chain.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'chain-id': { type: 'string', default: '11155111' },
    hardfork: { type: 'string', default: 'amsterdam' },
    rich: { type: 'string', default: '' },
    'gas-limit': { type: 'string', default: '60000000' },
  },
});
const chain = await VmChain.start({ hardfork: values.hardfork, chainId: Number(values['chain-id']), gasLimit: BigInt(values['gas-limit']), rich: values.rich.split(',').filter(Boolean) });

async function answer({ id, method, params = [] }) {
  try {
    return { jsonrpc: '2.0', id, result: await chain.rpc(method, ...params) };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: { code: error.code ?? -32603, message: error.message, ...(error.data && { data: error.data }) } };
  }
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let body;
  try {
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    body = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
  } catch (error) {
    body = { jsonrpc: '2.0', id: null, error: { code: -32700, message: error.message } };
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
server.listen(Number(values.port), '127.0.0.1', () => console.log(`Listening on 127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
