using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Headers as they are hashed: the fields of the yellow paper, and those that forks have added behind them.</summary>
public static class HeaderCodec
{
    /// <summary>Hash of a header, from its fields; null when the node gave not all of them (<see cref="BlockHeader.Fields"/>).</summary>
    /// <remarks>
    /// London added the base fee (EIP-1559), Shanghai the withdrawals' root (EIP-4895), Cancun blob gas and the beacon chain's root (EIP-4844,
    /// EIP-4788), Prague the hash of requests (EIP-7685); Osaka nothing. A fork brings all before it, so that the last field that is there says which.
    /// </remarks>
    /// <exception cref="FormatException">A field of an earlier fork is missing before one of a later.</exception>
    public static Hash32? HashOf(BlockHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (header.Fields is not { } fields) return null;
        RlpWriter writer = new();
        writer.List(list =>
        {
            list.Bytes(header.ParentHash.ToBytes()).Bytes(fields.OmmersHash.ToBytes()).Bytes(fields.Beneficiary.ToBytes()).Bytes(fields.StateRoot.ToBytes())
                .Bytes(fields.TransactionsRoot.ToBytes()).Bytes(header.ReceiptsRoot.ToBytes()).Bytes(header.LogsBloom.Span).Integer(fields.Difficulty)
                .Integer((ulong)header.Number).Integer(header.GasLimit).Integer(fields.GasUsed).Integer(header.Timestamp).Bytes(fields.ExtraData.Span)
                .Bytes(fields.MixHash.ToBytes()).Bytes(fields.Nonce.Span);
            Action<RlpWriter>?[] added =
            [
                header.BaseFeePerGas is { } fee ? w => w.Integer(fee) : null,
                fields.WithdrawalsRoot is { } withdrawals ? w => w.Bytes(withdrawals.ToBytes()) : null,
                fields.BlobGasUsed is { } used ? w => w.Integer(used) : null,
                fields.ExcessBlobGas is { } excess ? w => w.Integer(excess) : null,
                fields.ParentBeaconBlockRoot is { } beacon ? w => w.Bytes(beacon.ToBytes()) : null,
                fields.RequestsHash is { } requests ? w => w.Bytes(requests.ToBytes()) : null,
            ];
            int last = Array.FindLastIndex(added, field => field is not null);
            for (int i = 0; i <= last; i++)
            {
                Action<RlpWriter> field = added[i] ?? throw new FormatException($"Block {header.Number} has a field of a later fork without those of an earlier one.");
                field(list);
            }
        });
        return Keccak256.Hash(writer.Written);
    }
}
