using System.Numerics;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Mirror;

namespace Keystone.Settlements.Statements;

/// <summary>A transfer of a token to the escrow or from it, as the token's own log has it.</summary>
/// <param name="Token">Token contract.</param>
/// <param name="TokenId">Which token; 0 for ERC-20.</param>
/// <param name="IsIn">True for one to the escrow.</param>
/// <param name="Other">The account on the other side.</param>
/// <param name="Amount">Smallest units; 1 for ERC-721.</param>
/// <param name="Transaction">Its transaction.</param>
/// <param name="Block">Height.</param>
internal sealed record ObservedTransfer(Address Token, UInt256 TokenId, bool IsIn, Address Other, BigInteger Amount, Hash32 Transaction, long Block)
{
    /// <summary><c>topic0</c> of the transfer of one id (EIP-1155).</summary>
    public static readonly Hash32 Single = AbiCall.Topic("TransferSingle(address,address,address,uint256,uint256)");

    /// <summary><c>topic0</c> of the transfer of several ids (EIP-1155).</summary>
    public static readonly Hash32 Batch = AbiCall.Topic("TransferBatch(address,address,address,uint256[],uint256[])");

    const int Word = 32;

    /// <summary>Transfers that a log tells of; none for another log, and for one that is malformed.</summary>
    public static IEnumerable<ObservedTransfer> Read(LogEntry log, Address escrow)
    {
        if (log.Topics.Length is < 3 or > 4) yield break;
        ReadOnlyMemory<byte> data = log.Data;
        if (log.Topics[0] == TransferLog.Topic)
        {
            bool isSingle = log.Topics.Length == 4;
            if (!isSingle && data.Length != Word) yield break;
            foreach (ObservedTransfer one in Of(log, escrow, 1, isSingle ? Number(log.Topics[3]) : UInt256.Zero, isSingle ? BigInteger.One : At(data, 0)!.Value.ToBigInteger())) yield return one;
        }
        else if (log.Topics.Length == 4 && log.Topics[0] == Single && data.Length == 2 * Word)
        {
            foreach (ObservedTransfer one in Of(log, escrow, 2, At(data, 0)!.Value, At(data, 1)!.Value.ToBigInteger())) yield return one;
        }
        else if (log.Topics.Length == 4 && log.Topics[0] == Batch && Array(data, 0) is { } ids && Array(data, 1) is { } amounts && ids.Count == amounts.Count)
        {
            for (int i = 0; i < ids.Count; i++)
                foreach (ObservedTransfer one in Of(log, escrow, 2, ids[i], amounts[i].ToBigInteger())) yield return one;
        }
    }

    static IEnumerable<ObservedTransfer> Of(LogEntry log, Address escrow, int from, UInt256 id, BigInteger amount)
    {
        (Address giver, Address taker) = (Account(log.Topics[from]), Account(log.Topics[from + 1]));
        // From the escrow to itself nothing moves.
        if (giver == taker || amount.IsZero) yield break;
        if (taker == escrow) yield return new ObservedTransfer(log.Address, id, true, giver, amount, log.TransactionHash, log.BlockNumber);
        if (giver == escrow) yield return new ObservedTransfer(log.Address, id, false, taker, amount, log.TransactionHash, log.BlockNumber);
    }

    static Address Account(Hash32 topic) => new(topic.ToBytes().AsSpan(12));

    static UInt256 Number(Hash32 topic) => new(topic.ToBytes());

    static UInt256? At(ReadOnlyMemory<byte> data, int word) => data.Length >= (word + 1) * Word ? new UInt256(data.Span.Slice(word * Word, Word)) : null;

    static List<UInt256>? Array(ReadOnlyMemory<byte> data, int head)
    {
        if (At(data, head) is not { } offset || offset > (UInt256)(ulong)data.Length) return null;
        ReadOnlyMemory<byte> tail = data[(int)(ulong)offset..];
        if (At(tail, 0) is not { } length || length > (UInt256)(ulong)(tail.Length / Word)) return null;
        List<UInt256> values = [];
        for (int i = 1; i <= (int)(ulong)length; i++)
        {
            if (At(tail, i) is not { } value) return null;
            values.Add(value);
        }
        return values;
    }
}
