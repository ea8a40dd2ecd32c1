// A development chain whose blocks @ethereumjs/vm executes. It exists for rules that the installed anvil cannot run, first of all Amsterdam:
// gas (EIP-2780, 7976, 8037, 8038), logs of ether (EIP-7708) and headers of 23 fields (EIP-7928, EIP-7843). It answers the part of the JSON-RPC
// interface that the services and tests here ask for, and the evm_ and anvil_ methods that tests use to make blocks. It keeps everything in memory.
import { createBlock } from '@ethereumjs/block';
import { Common, Hardfork, Sepolia } from '@ethereumjs/common';
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager';
import { createFeeMarket1559Tx, createTxFromRLP } from '@ethereumjs/tx';
import { Account, bytesToHex, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util';
import { buildBlock, createVM, runTx } from '@ethereumjs/vm';
import { blockOf, matching, quantity, receiptsOf } from './vm-answers.mjs';

/** Gas that a transaction may use for execution (EIP-7825). */
const EXECUTION_CAP = 16_777_216n;
/** What go-ethereum gives eth_call and eth_estimateGas at most, unless told otherwise. */
const RPC_GAS_CAP = 50_000_000n;
const GWEI = 1_000_000_000n;
const ETHER = 10n ** 18n;
const ZERO = '0x' + '00'.repeat(20);

/** The deployment proxy of EIP-7997, which is on every chain from the first block. */
const PROXY = '0x4e59b44847b379578588920ca78fbf26c0b4956c';
const PROXY_CODE = '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';

const pad = (hex) => (hex.length % 2 ? '0x0' + hex.slice(2) : hex);

/** An error that goes to the caller as JSON-RPC has it. */
class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    Object.assign(this, { code, data });
  }
}

export class VmChain {
  #queue = Promise.resolve();
  #pool = [];
  #snapshots = new Map();
  #blocks = [];
  #byHash = new Map();
  #receipts = new Map();
  #nextTimestamp;
  #offset = 0n;
  #automine = true;
  #stands;

  /**
   * @param options.hardfork Rules of the first block, by their name in @ethereumjs/common: prague, osaka, amsterdam ...
   * @param options.timestamp Seconds of the first block; without it the clock's.
   * @param options.rich Addresses that hold 10,000 ether.
   */
  static async start({ hardfork = Hardfork.Amsterdam, chainId = 11155111, gasLimit = 60_000_000n, timestamp, rich = [] } = {}) {
    const chain = new VmChain();
    chain.chainId = chainId;
    chain.gasLimit = BigInt(gasLimit);
    chain.common = new Common({ chain: { ...Sepolia, chainId }, hardfork });
    chain.state = new MerkleStateManager({ common: chain.common, caches: new Caches() });
    chain.vm = await createVM({ common: chain.common, stateManager: chain.state, activatePrecompiles: true });
    for (const address of rich) await chain.state.putAccount(createAddressFromString(address), new Account(0n, 10_000n * ETHER));
    await chain.state.putAccount(createAddressFromString(PROXY), new Account(1n, 0n));
    await chain.state.putCode(createAddressFromString(PROXY), hexToBytes(PROXY_CODE));
    await chain.state.flush();
    chain.root = await chain.state.getStateRoot();
    const header = { number: 0n, gasLimit: chain.gasLimit, timestamp: BigInt(timestamp ?? Math.floor(Date.now() / 1000) - 1), baseFeePerGas: GWEI, stateRoot: chain.root };
    chain.#append(createBlock({ header }, { common: chain.common, skipConsensusFormatValidation: true }), []);
    if (timestamp !== undefined) chain.#offset = BigInt(timestamp) - BigInt(Math.floor(Date.now() / 1000));
    return chain;
  }

  /** One method of JSON-RPC; requests are answered one after the other. */
  rpc(method, ...params) {
    const answer = this.#queue.then(() => {
      const handler = this.#methods[method];
      if (!handler) throw new RpcError(-32601, `the method ${method} does not exist/is not available`);
      return handler(...params);
    });
    this.#queue = answer.catch(() => {});
    return answer;
  }

  get #head() {
    return this.#blocks.at(-1);
  }

  #methods = {
    web3_clientVersion: () => `keystone-vm/1 (${this.common.hardfork()}, with methods of anvil)`,
    net_version: () => String(this.chainId),
    eth_chainId: () => quantity(this.chainId),
    eth_syncing: () => false,
    eth_blockNumber: () => quantity(this.#head.header.number),
    eth_maxPriorityFeePerGas: () => quantity(GWEI / 10n),
    eth_gasPrice: () => quantity(this.#head.header.baseFeePerGas + GWEI),
    eth_getBlockByNumber: (tag, full = false) => blockOf(this.#at(tag), full),
    eth_getBlockByHash: (hash, full = false) => blockOf(this.#byHash.get(hash), full),
    eth_getBlockReceipts: (tag) => this.#receiptsOf(this.#at(tag)),
    eth_getTransactionReceipt: (hash) => this.#receipts.get(hash) ?? null,
    eth_getTransactionByHash: (hash) => {
      const receipt = this.#receipts.get(hash);
      const pooled = this.#pool.find((one) => one.hash === hash);
      return receipt ? { hash, blockHash: receipt.blockHash, blockNumber: receipt.blockNumber } : pooled ? { hash, blockHash: null, blockNumber: null } : null;
    },
    eth_getLogs: (filter) => this.#logs(filter),
    eth_getBalance: (address, tag) => this.#account(address, tag, (account) => quantity(account?.balance ?? 0n)),
    eth_getTransactionCount: (address, tag) => this.#count(address, tag),
    eth_getCode: (address, tag) => this.#reading(tag, async () => bytesToHex(await this.state.getCode(createAddressFromString(address)))),
    eth_getStorageAt: (address, slot, tag) =>
      this.#reading(tag, async () => bytesToHex(setLengthLeft(await this.state.getStorage(createAddressFromString(address), setLengthLeft(hexToBytes(pad(slot)), 32)), 32))),
    eth_call: (call, tag) => this.#call(call, tag),
    eth_estimateGas: (call, tag) => this.#estimate(call, tag),
    eth_sendRawTransaction: (raw) => this.#send(raw),
    evm_setAutomine: async (on) => {
      this.#automine = on;
      if (on && this.#pool.length > 0) await this.#mine();
      return true;
    },
    evm_mine: () => this.#mine(),
    anvil_mine: async (count = 1) => {
      for (let i = 0; i < Number(count); i++) await this.#mine();
      return null;
    },
    evm_setNextBlockTimestamp: (seconds) => {
      if (BigInt(seconds) <= this.#head.header.timestamp) throw new RpcError(-32602, 'the timestamp is not after the head');
      this.#nextTimestamp = BigInt(seconds);
      return null;
    },
    evm_snapshot: () => {
      const id = quantity(this.#snapshots.size + 1);
      this.#snapshots.set(id, { count: this.#blocks.length, root: this.root, offset: this.#offset });
      return id;
    },
    evm_revert: async (id) => {
      const snapshot = this.#snapshots.get(id);
      if (!snapshot) return false;
      this.#truncate(snapshot.count);
      this.#pool = [];
      this.#offset = snapshot.offset;
      this.#nextTimestamp = undefined;
      this.root = snapshot.root;
      return true;
    },
    anvil_reorg: async (depth) => {
      this.#truncate(this.#blocks.length - Number(depth));
      this.root = this.#head.root;
      for (let i = 0; i < Number(depth); i++) await this.#mine([], Uint8Array.of(this.#blocks.length & 255, 1));
      return null;
    },
    anvil_setBalance: (address, wei) =>
      this.#writing(async () => {
        const at = createAddressFromString(address);
        const account = (await this.state.getAccount(at)) ?? new Account();
        account.balance = BigInt(wei);
        await this.state.putAccount(at, account);
      }),
    /** A block that leaves all transactions in the pool. */
    vm_mineEmpty: () => this.#mine([]),
    /** The rules of the blocks from the next one on. */
    vm_setHardfork: (name) => {
      this.common.setHardfork(name);
      return null;
    },
  };

  /* STATE */

  // Going to another state empties what the state manager has read so far.
  async #goTo(root) {
    if (this.#stands !== root) await this.state.setStateRoot(root);
    this.#stands = root;
  }

  async #reading(tag, read) {
    const block = this.#at(tag);
    if (!block) throw new RpcError(-32000, 'header not found');
    await this.#goTo(block === this.#head ? this.root : block.root);
    return read();
  }

  #account(address, tag, read) {
    return this.#reading(tag, async () => read(await this.state.getAccount(createAddressFromString(address))));
  }

  async #writing(write) {
    await this.#goTo(this.root);
    await this.state.checkpoint();
    await write();
    await this.state.commit();
    await this.state.flush();
    this.root = this.#stands = await this.state.getStateRoot();
    return null;
  }

  async #count(address, tag) {
    const mined = await this.#account(address, tag === 'pending' ? 'latest' : tag, (account) => account?.nonce ?? 0n);
    if (tag !== 'pending') return quantity(mined);
    let next = mined;
    const waiting = new Set(this.#pool.filter((one) => one.from === address.toLowerCase()).map((one) => one.tx.nonce));
    while (waiting.has(next)) next++;
    return quantity(next);
  }

  #at(tag = 'latest') {
    if (typeof tag === 'object' && tag !== null) return tag.blockHash ? this.#byHash.get(tag.blockHash) : this.#at(tag.blockNumber);
    if (/^0x[0-9a-f]{64}$/i.test(tag)) return this.#byHash.get(tag);
    if (tag === 'latest' || tag === 'pending') return this.#head;
    // As anvil has it with slots of one block: finality trails the head by two blocks.
    if (tag === 'safe' || tag === 'finalized') return this.#blocks[Math.max(0, this.#blocks.length - (tag === 'safe' ? 2 : 3))];
    if (tag === 'earliest') return this.#blocks[0];
    return this.#blocks[Number(BigInt(tag))];
  }

  /* EXECUTION WITHOUT A BLOCK */

  // What a block after `tag` would be, for a call that is not mined.
  #context(block) {
    const { header } = block;
    const fields = { number: header.number + 1n, timestamp: header.timestamp + 1n, gasLimit: this.gasLimit, baseFeePerGas: header.baseFeePerGas };
    return createBlock({ header: fields }, { common: this.common, skipConsensusFormatValidation: true });
  }

  async #run(call, tag, gasLimit) {
    return this.#reading(tag, async () => {
      const from = createAddressFromString(call.from ?? ZERO);
      const block = this.#context(this.#at(tag));
      const account = await this.state.getAccount(from);
      const tx = createFeeMarket1559Tx(
        {
          chainId: this.chainId, nonce: account?.nonce ?? 0n, gasLimit, to: call.to ?? undefined, value: call.value ?? '0x0', data: call.data ?? call.input ?? '0x',
          maxFeePerGas: block.header.baseFeePerGas, maxPriorityFeePerGas: 0n, v: 0n, r: 1n, s: 1n,
        },
        { common: this.common, freeze: false },
      );
      // The sender of a call that nobody signed.
      tx.getSenderAddress = () => from;
      await this.state.checkpoint();
      try {
        return await runTx(this.vm, { tx, block, skipBalance: true, skipNonce: true, skipHardForkValidation: true });
      } finally {
        await this.state.revert();
      }
    });
  }

  // Room of a call whose gas the caller did not limit.
  #room(call) {
    const cap = this.common.isActivatedEIP(7825) && !this.common.isActivatedEIP(8037) ? EXECUTION_CAP : RPC_GAS_CAP;
    return call.gas ? BigInt(call.gas) : cap < this.gasLimit ? cap : this.gasLimit;
  }

  async #call(call, tag) {
    const { execResult } = await this.#attempt(call, tag, this.#room(call));
    this.#refuseFailure(execResult);
    return bytesToHex(execResult.returnValue);
  }

  // What the transaction itself does not allow, for example less gas than its call data costs.
  async #attempt(call, tag, gas) {
    try {
      return await this.#run(call, tag, gas);
    } catch (error) {
      if (error instanceof RpcError) throw error;
      throw new RpcError(-32000, error.message.split('\n')[0]);
    }
  }

  #refuseFailure({ exceptionError, returnValue }) {
    if (!exceptionError) return;
    if (exceptionError.error === 'revert') throw new RpcError(3, 'execution reverted', bytesToHex(returnValue));
    throw new RpcError(-32000, exceptionError.error);
  }

  // As go-ethereum: the smallest limit with which it succeeds, found to within 1.5 %.
  async #estimate(call, tag) {
    let high = this.#room(call);
    const first = await this.#attempt(call, tag, high);
    if (first.execResult.exceptionError) {
      if (first.execResult.exceptionError.error === 'out of gas') throw new RpcError(-32000, `gas required exceeds allowance (${high})`);
      this.#refuseFailure(first.execResult);
    }
    const enough = async (gas) => {
      try {
        return !(await this.#run(call, tag, gas)).execResult.exceptionError;
      } catch {
        return false;
      }
    };
    let low = first.totalGasSpent - 1n;
    const optimistic = ((first.totalGasSpent + first.gasRefund + 2300n) * 64n) / 63n;
    if (optimistic < high && (await enough(optimistic))) high = optimistic;
    else if (optimistic < high) low = optimistic;
    while (low + 1n < high) {
      if ((high - low) * 1000n < high * 15n) break;
      let middle = (high + low) / 2n;
      if (middle > low * 2n) middle = low * 2n;
      if (await enough(middle)) high = middle;
      else low = middle;
    }
    return quantity(high);
  }

  /* TRANSACTIONS AND BLOCKS */

  async #send(raw) {
    let tx;
    try {
      tx = createTxFromRLP(hexToBytes(raw), { common: this.common });
    } catch (error) {
      throw new RpcError(-32000, error.message);
    }
    const hash = bytesToHex(tx.hash());
    const from = tx.getSenderAddress().toString();
    if (this.#pool.some((one) => one.hash === hash) || this.#receipts.has(hash)) throw new RpcError(-32000, 'already known');
    const [nonce, balance] = await this.#account(from, 'latest', (account) => [account?.nonce ?? 0n, account?.balance ?? 0n]);
    const price = tx.maxFeePerGas ?? tx.gasPrice;
    if (tx.nonce < nonce) throw new RpcError(-32000, `nonce too low: next nonce ${nonce}, tx nonce ${tx.nonce}`);
    if (this.common.isActivatedEIP(7825) && !this.common.isActivatedEIP(8037) && tx.gasLimit > EXECUTION_CAP)
      throw new RpcError(-32000, `transaction gas limit too high (cap: ${EXECUTION_CAP}, tx: ${tx.gasLimit})`);
    if (tx.gasLimit > this.gasLimit) throw new RpcError(-32000, 'exceeds block gas limit');
    if (balance < tx.gasLimit * price + tx.value) throw new RpcError(-32000, 'insufficient funds for gas * price + value');
    const other = this.#pool.findIndex((one) => one.from === from && one.tx.nonce === tx.nonce);
    if (other >= 0) {
      const old = this.#pool[other].tx;
      if (price * 10n < (old.maxFeePerGas ?? old.gasPrice) * 11n) throw new RpcError(-32000, 'replacement transaction underpriced');
      this.#pool.splice(other, 1);
    }
    this.#pool.push({ tx, hash, from });
    if (this.#automine) await this.#mine();
    return hash;
  }

  async #mine(only, extraData) {
    const parent = this.#head;
    const now = BigInt(Math.floor(Date.now() / 1000)) + this.#offset;
    const timestamp = this.#nextTimestamp ?? (now > parent.header.timestamp ? now : parent.header.timestamp + 1n);
    if (this.#nextTimestamp !== undefined) this.#offset = timestamp - BigInt(Math.floor(Date.now() / 1000));
    this.#nextTimestamp = undefined;
    await this.#goTo(this.root);
    const builder = await buildBlock(this.vm, {
      parentBlock: parent.block,
      headerData: { timestamp, gasLimit: this.gasLimit, parentBeaconBlockRoot: new Uint8Array(32), extraData },
      withdrawals: [],
      blockOpts: { putBlockIntoBlockchain: false, skipConsensusFormatValidation: true, freeze: false, common: this.common },
    });
    const baseFee = builder.headerData.baseFeePerGas;
    const tipOf = ({ tx }) => {
      const room = (tx.maxFeePerGas ?? tx.gasPrice) - BigInt(baseFee);
      const wanted = tx.maxPriorityFeePerGas ?? room;
      return room < wanted ? room : wanted;
    };
    const results = [];
    let waiting = only ?? [...this.#pool].filter((one) => tipOf(one) >= 0n);
    const included = [];
    while (waiting.length > 0) {
      // Of each sender the lowest nonce; of those the best tip, and at the same tip the first to come.
      const firsts = waiting.filter((one) => !waiting.some((other) => other.from === one.from && other.tx.nonce < one.tx.nonce));
      const next = firsts.reduce((best, one) => (tipOf(one) > tipOf(best) ? one : best));
      waiting = waiting.filter((one) => one !== next);
      try {
        results.push(await builder.addTransaction(next.tx, { skipHardForkValidation: true }));
        included.push(next);
      } catch {
        // Waits: a nonce that is missing, or no room left in this block.
        waiting = waiting.filter((one) => one.from !== next.from);
      }
    }
    const { block } = await builder.build();
    await this.state.flush();
    this.root = this.#stands = await this.state.getStateRoot();
    this.#pool = this.#pool.filter((one) => !included.includes(one));
    this.#append(block, included.map((one, i) => ({ ...one, result: results[i], tip: tipOf(one) })));
    return quantity(block.header.number);
  }

  #append(block, transactions) {
    const hash = bytesToHex(block.hash());
    const entry = { header: block.header, block, hash, root: this.root, transactions: transactions.map((one) => one.hash) };
    for (const receipt of receiptsOf(block.header, hash, transactions)) this.#receipts.set(receipt.transactionHash, receipt);
    this.#blocks.push(entry);
    this.#byHash.set(hash, entry);
  }

  #truncate(count) {
    for (const gone of this.#blocks.splice(count)) {
      this.#byHash.delete(gone.hash);
      for (const hash of gone.transactions) this.#receipts.delete(hash);
    }
  }

  /* ANSWERS */

  #receiptsOf(entry) {
    return entry ? entry.transactions.map((hash) => this.#receipts.get(hash)) : null;
  }

  #logs({ fromBlock, toBlock, blockHash, ...filter }) {
    const entries = blockHash
      ? [this.#byHash.get(blockHash)]
      : this.#blocks.slice(Number(this.#at(fromBlock)?.header.number ?? 0n), Number(this.#at(toBlock)?.header.number ?? this.#head.header.number) + 1);
    if (blockHash && !entries[0]) throw new RpcError(-32000, 'unknown block');
    return entries.flatMap((entry) => this.#receiptsOf(entry)).flatMap(({ logs }) => logs).filter(matching(filter));
  }
}
