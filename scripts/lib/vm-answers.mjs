// Blocks, receipts and logs of @ethereumjs/vm, as JSON-RPC has them.
import { bytesToHex } from '@ethereumjs/util';

/** A number as JSON-RPC writes it. */
export const quantity = (value) => '0x' + BigInt(value).toString(16);

/** The receipts of a block's transactions, in order; each transaction with its hash, sender, tip in wei per gas and the VM's result. */
export function receiptsOf(header, blockHash, transactions) {
  let logIndex = 0;
  return transactions.map(({ tx, hash: transactionHash, from, result, tip }, index) => {
    const failed = Boolean(result.execResult.exceptionError);
    const place = { transactionHash, transactionIndex: quantity(index), blockHash, blockNumber: quantity(header.number) };
    // As the receipts have it whose root the header names: the library's builder adds a transaction to the block's gas, not to what was paid before.
    return {
      ...place,
      from, to: tx.to?.toString() ?? null, type: quantity(tx.type), status: failed ? '0x0' : '0x1',
      gasUsed: quantity(result.totalGasSpent), cumulativeGasUsed: quantity(result.receipt.cumulativeBlockGasUsed), effectiveGasPrice: quantity(header.baseFeePerGas + tip),
      contractAddress: result.createdAddress?.toString() ?? null,
      logsBloom: bytesToHex(result.bloom.bitvector),
      logs: (failed ? [] : result.receipt.logs).map(([address, topics, data]) => ({
        ...place, address: bytesToHex(address), topics: topics.map((topic) => bytesToHex(topic)), data: bytesToHex(data), logIndex: quantity(logIndex++), removed: false,
      })),
    };
  });
}

/** A block, with the fields that its fork has; null for none. */
export function blockOf(entry, full) {
  if (!entry) return null;
  const { header, hash, transactions } = entry;
  const json = header.toJSON();
  return {
    number: quantity(header.number), hash, parentHash: json.parentHash, sha3Uncles: json.uncleHash, miner: json.coinbase, stateRoot: json.stateRoot,
    transactionsRoot: json.transactionsTrie, receiptsRoot: json.receiptTrie, logsBloom: json.logsBloom, difficulty: quantity(header.difficulty),
    gasLimit: quantity(header.gasLimit), gasUsed: quantity(header.gasUsed), timestamp: quantity(header.timestamp), extraData: json.extraData, mixHash: json.mixHash,
    nonce: json.nonce, baseFeePerGas: quantity(header.baseFeePerGas),
    ...(header.withdrawalsRoot && { withdrawalsRoot: bytesToHex(header.withdrawalsRoot), withdrawals: [] }),
    ...(header.blobGasUsed !== undefined && { blobGasUsed: quantity(header.blobGasUsed), excessBlobGas: quantity(header.excessBlobGas) }),
    ...(header.parentBeaconBlockRoot && { parentBeaconBlockRoot: bytesToHex(header.parentBeaconBlockRoot) }),
    ...(header.requestsHash && { requestsHash: bytesToHex(header.requestsHash) }),
    ...(header.blockAccessListHash && { blockAccessListHash: bytesToHex(header.blockAccessListHash), slotNumber: quantity(header.slotNumber ?? 0n) }),
    uncles: [], transactions: full ? transactions.map((one) => ({ hash: one })) : transactions, size: '0x0',
  };
}

/** Whether a log fits the addresses and topics of eth_getLogs. */
export function matching({ address, topics = [] }) {
  const addresses = address === undefined ? [] : [address].flat().map((one) => one.toLowerCase());
  const wanted = topics.map((position) => (position === null ? [] : [position].flat()));
  return (log) => (addresses.length === 0 || addresses.includes(log.address))
    && wanted.every((accepted, i) => accepted.length === 0 || accepted.includes(log.topics[i]));
}
