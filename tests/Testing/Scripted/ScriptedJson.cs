using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Ethereum;

namespace Keystone.Testing.Scripted;

/// <summary>Blocks, receipts and logs as JSON-RPC writes them.</summary>
public static class ScriptedJson
{
    /// <summary>A quantity: no leading zeros.</summary>
    public static string Quantity(UInt256 value) => value.IsZero ? "0x0" : $"0x{value.ToBigInteger().ToString("x", CultureInfo.InvariantCulture).TrimStart('0')}";

    /// <summary>A block with the hashes of its transactions.</summary>
    public static JsonNode Block(ScriptedBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        BlockHeader header = block.Header;
        HeaderFields fields = header.Fields!;
        JsonObject answer = new()
        {
            ["number"] = Quantity((ulong)header.Number),
            ["hash"] = header.Hash.ToString(),
            ["parentHash"] = header.ParentHash.ToString(),
            ["timestamp"] = Quantity(header.Timestamp),
            ["receiptsRoot"] = header.ReceiptsRoot.ToString(),
            ["logsBloom"] = Hex.Encode(header.LogsBloom.Span),
            ["baseFeePerGas"] = Quantity(header.BaseFeePerGas ?? UInt256.Zero),
            ["gasLimit"] = Quantity(header.GasLimit),
            ["sha3Uncles"] = fields.OmmersHash.ToString(),
            ["miner"] = fields.Beneficiary.ToString(),
            ["stateRoot"] = fields.StateRoot.ToString(),
            ["transactionsRoot"] = fields.TransactionsRoot.ToString(),
            ["difficulty"] = Quantity(fields.Difficulty),
            ["gasUsed"] = Quantity(fields.GasUsed),
            ["extraData"] = Hex.Encode(fields.ExtraData.Span),
            ["mixHash"] = fields.MixHash.ToString(),
            ["nonce"] = Hex.Encode(fields.Nonce.Span),
            ["withdrawalsRoot"] = fields.WithdrawalsRoot?.ToString(),
            ["blobGasUsed"] = fields.BlobGasUsed is { } used ? Quantity(used) : null,
            ["excessBlobGas"] = fields.ExcessBlobGas is { } excess ? Quantity(excess) : null,
            ["parentBeaconBlockRoot"] = fields.ParentBeaconBlockRoot?.ToString(),
            ["requestsHash"] = fields.RequestsHash?.ToString(),
            ["transactions"] = new JsonArray([.. block.Receipts.Select(receipt => JsonValue.Create(receipt.TransactionHash.ToString()))]),
            ["uncles"] = new JsonArray(),
        };
        // Nodes give no key of a fork that has not come.
        if (fields.BlockAccessListHash is { } list) answer["blockAccessListHash"] = list.ToString();
        if (fields.SlotNumber is { } slot) answer["slotNumber"] = Quantity(slot);
        if (block.Invented is { } invented) answer[ScriptedChain.InventedMember] = invented.ToString();
        return answer;
    }

    /// <summary>A receipt.</summary>
    public static JsonNode Receipt(TransactionReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return new JsonObject
        {
            ["transactionHash"] = receipt.TransactionHash.ToString(),
            ["transactionIndex"] = Quantity((ulong)receipt.TransactionIndex),
            ["blockHash"] = receipt.BlockHash.ToString(),
            ["blockNumber"] = Quantity((ulong)receipt.BlockNumber),
            ["from"] = receipt.From.ToString(),
            ["to"] = receipt.To?.ToString(),
            ["contractAddress"] = receipt.ContractAddress?.ToString(),
            ["status"] = receipt.Succeeded ? "0x1" : "0x0",
            ["type"] = Quantity(receipt.Type),
            ["gasUsed"] = Quantity(receipt.GasUsed),
            ["cumulativeGasUsed"] = Quantity(receipt.CumulativeGasUsed),
            ["effectiveGasPrice"] = Quantity(receipt.EffectiveGasPrice),
            ["logsBloom"] = Hex.Encode(receipt.LogsBloom.Span),
            ["logs"] = new JsonArray([.. receipt.Logs.Select(Log)]),
        };
    }

    /// <summary>A log.</summary>
    public static JsonNode Log(LogEntry log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new JsonObject
        {
            ["address"] = log.Address.ToString(),
            ["topics"] = new JsonArray([.. log.Topics.Select(topic => JsonValue.Create(topic.ToString()))]),
            ["data"] = Hex.Encode(log.Data.Span),
            ["blockNumber"] = Quantity((ulong)log.BlockNumber),
            ["blockHash"] = log.BlockHash.ToString(),
            ["transactionHash"] = log.TransactionHash.ToString(),
            ["transactionIndex"] = Quantity((ulong)log.TransactionIndex),
            ["logIndex"] = Quantity((ulong)log.LogIndex),
            ["removed"] = false,
        };
    }
}
