using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Nethereum.ABI.ABIDeserialisation;
using Nethereum.ABI.EIP712;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;
using Nethereum.Merkle.Patricia;
using Nethereum.Model;
using Nethereum.RLP;
using Nethereum.Util;

namespace Keystone.Ethereum.Tests.Differential;

/// <summary>What Nethereum makes of the same values: a third opinion beside viem and ethers, in this process.</summary>
internal static class NethereumPeer
{
    internal static Hash32 Keccak(byte[] bytes) => new(Sha3Keccack.Current.CalculateHash(bytes));

    internal static string Checksum(string address) => AddressUtil.Current.ConvertToChecksumAddress(address);

    internal static byte[] Rlp(JsonElement item) => item.ValueKind == JsonValueKind.String
        ? RLP.EncodeElement(Hex.Decode(item.GetString()!))
        : RLP.EncodeList([.. item.EnumerateArray().Select(Rlp)]);

    internal static Hash32 Digest(string document) => new(Eip712TypedDataEncoder.Current.EncodeAndHashTypedData(document));

    // ---- ABI

    internal static Parameter[] Parameters(string types) => new ABIJsonDeserialiser()
        .DeserialiseContract($$"""[{"type":"function","name":"f","inputs":{{types}},"outputs":[]}]""").Functions[0].InputParameters;

    internal static byte[] Encode(Parameter[] parameters, object[] values) => new ParametersEncoder().EncodeParameters(parameters, values);

    /// <summary>What it reads, in the form that <see cref="Encode(Parameter[], object[])"/> takes.</summary>
    internal static object[] Decode(Parameter[] parameters, byte[] encoded) => (object[])Value(new ParameterDecoder().DecodeDefaultData(encoded, parameters));

    /// <summary>The values of the peers' JSON in the form that <see cref="Encode(Parameter[], object[])"/> takes.</summary>
    internal static object[] Values(JsonElement types, JsonElement values) =>
        [.. types.EnumerateArray().Zip(values.EnumerateArray(), (type, value) => Value(type.Text("type"), type, value))];

    static object Value(string type, JsonElement shape, JsonElement value)
    {
        if (type.EndsWith(']')) return value.EnumerateArray().Select(item => Value(type[..type.LastIndexOf('[')], shape, item)).ToList();
        return type switch
        {
            "tuple" => Values(shape.GetProperty("components"), value),
            "bool" => value.GetBoolean(),
            "address" or "string" => value.GetString()!,
            "bytes" or "bytes32" => Hex.Decode(value.GetString()!),
            _ => BigInteger.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        };
    }

    static object Value(object read) => read switch
    {
        List<ParameterOutput> members => members.Select(member => Value(member.Result)).ToArray(),
        string or byte[] => read,
        IEnumerable items => items.Cast<object>().Select(Value).ToList(),
        _ => read,
    };

    // ---- transactions, tries, headers, receipts

    internal static Transaction1559 Transaction(Eip1559Transaction t, RecoverableSignature? signature = null)
    {
        Transaction1559 transaction = new(t.ChainId, t.Nonce, t.MaxPriorityFeePerGas.ToBigInteger(), t.MaxFeePerGas.ToBigInteger(), t.GasLimit,
            t.To?.ToString(), t.Value.ToBigInteger(), Hex.Encode(t.Data.Span),
            [.. t.AccessList.Select(entry => new AccessListItem(entry.Account.ToString(), [.. entry.StorageKeys.Select(slot => slot.ToBytes())]))]);
        // Nethereum writes the integers of a signature as they come.
        if (signature is { } s) transaction.SetSignature(new Signature(Trimmed(s.R), Trimmed(s.S), s.YParity == 0 ? [] : [s.YParity]));
        return transaction;
    }

    static byte[] Trimmed(Hash32 word) => word.ToBytes().AsSpan().TrimStart((byte)0).ToArray();

    internal static Hash32 RootOf(IEnumerable<(byte[] Key, byte[] Value)> leaves)
    {
        PatriciaTrie trie = new();
        InMemoryTrieStorage storage = new();
        foreach ((byte[] key, byte[] value) in leaves) trie.Put(key, value, storage);
        return new Hash32(trie.Root.GetHash());
    }

    internal static Hash32 RootOf(IReadOnlyList<byte[]> items) => RootOf(items.Select((item, i) => (RLP.EncodeElement(i.ToBytesForRLPEncoding()), item)));

    internal static Hash32 HashOf(BlockHeader header)
    {
        HeaderFields fields = header.Fields!;
        Nethereum.Model.BlockHeader theirs = new()
        {
            ParentHash = header.ParentHash.ToBytes(),
            UnclesHash = fields.OmmersHash.ToBytes(),
            Coinbase = fields.Beneficiary.ToString(),
            StateRoot = fields.StateRoot.ToBytes(),
            TransactionsHash = fields.TransactionsRoot.ToBytes(),
            ReceiptHash = header.ReceiptsRoot.ToBytes(),
            LogsBloom = header.LogsBloom.ToArray(),
            Difficulty = fields.Difficulty.ToBigInteger(),
            BlockNumber = header.Number,
            GasLimit = (long)header.GasLimit,
            GasUsed = (long)fields.GasUsed,
            Timestamp = (long)header.Timestamp,
            ExtraData = fields.ExtraData.ToArray(),
            MixHash = fields.MixHash.ToBytes(),
            Nonce = fields.Nonce.ToArray(),
            BaseFee = header.BaseFeePerGas?.ToBigInteger(),
            WithdrawalsRoot = fields.WithdrawalsRoot?.ToBytes(),
            BlobGasUsed = (long?)fields.BlobGasUsed,
            ExcessBlobGas = (long?)fields.ExcessBlobGas,
            ParentBeaconBlockRoot = fields.ParentBeaconBlockRoot?.ToBytes(),
            RequestsHash = fields.RequestsHash?.ToBytes(),
        };
        return Keccak(BlockHeaderEncoder.Current.Encode(theirs, legacyMode: false));
    }

    /// <summary>A receipt with the bloom that Nethereum computes from its logs.</summary>
    internal static byte[] Encode(TransactionReceipt receipt)
    {
        List<Log> logs = [.. receipt.Logs.Select(log => Log.Create(log.Data.ToArray(), log.Address.ToString(), [.. log.Topics.Select(topic => topic.ToBytes())]))];
        LogBloomFilter bloom = new();
        foreach (Log log in logs) bloom.AddLog(log);
        Receipt theirs = Receipt.CreateStatusReceipt(receipt.Succeeded, new BigInteger(receipt.CumulativeGasUsed), bloom.Data, logs);
        return receipt.Type == 0 ? ReceiptEncoder.Current.Encode(theirs) : ReceiptEncoder.Current.EncodeTyped(theirs, receipt.Type);
    }
}
