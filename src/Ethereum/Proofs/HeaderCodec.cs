using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Headers as they are hashed: the fields of the yellow paper, and those that forks have added behind them.</summary>
public static class HeaderCodec
{
    /// <summary>The newest fork whose header fields are known here.</summary>
    public const string NewestFork = "Amsterdam";

    // In the order of the header.
    const int BaseFee = 1, Withdrawals = 2, BlobGas = 3, ExcessBlobGas = 4, BeaconRoot = 5, Requests = 6, AccessList = 7, Slot = 8;

    // A header takes some 700 bytes. One with an absurd extraData leaves no large buffer behind.
    const int MostKept = 4 << 10;

    [ThreadStatic]
    static RlpWriter? _writer;

    /// <summary>Hash of a header, from its fields; null when the node gave not all of them (<see cref="BlockHeader.Fields"/>).</summary>
    /// <remarks>
    /// London added the base fee (EIP-1559), Shanghai the withdrawals' root (EIP-4895), Cancun blob gas and the beacon chain's root (EIP-4844,
    /// EIP-4788), Prague the hash of requests (EIP-7685), Osaka nothing, Amsterdam the hash of the block access list (EIP-7928) and the slot's number (EIP-7843). A fork brings all
    /// before it, so that the last field that is there says which.
    /// </remarks>
    /// <exception cref="FormatException">A field of an earlier fork is missing before one of a later.</exception>
    public static Hash32? HashOf(BlockHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (header.Fields is not { } fields) return null;
        int last = LastOf(header, fields);
        RlpWriter writer = _writer ??= new RlpWriter();
        writer.Clear();
        int start = writer.BeginList();
        Bytes(writer, header.ParentHash);
        Bytes(writer, fields.OmmersHash);
        Span<byte> account = stackalloc byte[Address.Size];
        fields.Beneficiary.CopyTo(account);
        writer.Bytes(account);
        Bytes(writer, fields.StateRoot);
        Bytes(writer, fields.TransactionsRoot);
        Bytes(writer, header.ReceiptsRoot);
        writer.Bytes(header.LogsBloom.Span).Integer(fields.Difficulty).Integer((ulong)header.Number).Integer(header.GasLimit).Integer(fields.GasUsed)
            .Integer(header.Timestamp).Bytes(fields.ExtraData.Span);
        Bytes(writer, fields.MixHash);
        writer.Bytes(fields.Nonce.Span);
        if (last >= BaseFee) writer.Integer(header.BaseFeePerGas ?? throw Missing(header));
        if (last >= Withdrawals) Bytes(writer, fields.WithdrawalsRoot ?? throw Missing(header));
        if (last >= BlobGas) writer.Integer(fields.BlobGasUsed ?? throw Missing(header));
        if (last >= ExcessBlobGas) writer.Integer(fields.ExcessBlobGas ?? throw Missing(header));
        if (last >= BeaconRoot) Bytes(writer, fields.ParentBeaconBlockRoot ?? throw Missing(header));
        if (last >= Requests) Bytes(writer, fields.RequestsHash ?? throw Missing(header));
        // A byte string of 32 bytes, which keeps a zero at its beginning.
        if (last >= AccessList) Bytes(writer, fields.BlockAccessListHash ?? throw Missing(header));
        if (last >= Slot) writer.Integer(fields.SlotNumber ?? throw Missing(header));
        writer.EndList(start);
        if (writer.Written.Length > MostKept) _writer = null;
        return Keccak256.Hash(writer.Written);
    }

    static int LastOf(BlockHeader header, HeaderFields fields) =>
        fields.SlotNumber is not null ? Slot
        : fields.BlockAccessListHash is not null ? AccessList
        : fields.RequestsHash is not null ? Requests
        : fields.ParentBeaconBlockRoot is not null ? BeaconRoot
        : fields.ExcessBlobGas is not null ? ExcessBlobGas
        : fields.BlobGasUsed is not null ? BlobGas
        : fields.WithdrawalsRoot is not null ? Withdrawals
        : header.BaseFeePerGas is not null ? BaseFee : 0;

    static void Bytes(RlpWriter writer, Hash32 hash)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        hash.CopyTo(word);
        writer.Bytes(word);
    }

    static FormatException Missing(BlockHeader header) => new($"Block {header.Number} has a field of a later fork without those of an earlier one.");
}
