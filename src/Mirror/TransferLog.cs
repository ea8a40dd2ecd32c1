using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Mirror;

/// <summary>A token's Transfer log (EIP-20, EIP-721), read.</summary>
/// <param name="Token">Token contract.</param>
/// <param name="Sender">Who it came from.</param>
/// <param name="Amount">Smallest units; 1 for a token with an id.</param>
/// <param name="TokenId">Id of an EIP-721 token; null for an amount.</param>
public readonly record struct TransferLog(Address Token, Address Sender, UInt256 Amount, UInt256? TokenId)
{
    /// <summary><c>topic0</c> of both standards.</summary>
    public static readonly Hash32 Topic = AbiCall.Topic("Transfer(address,address,uint256)");

    /// <summary>An address as a topic.</summary>
    public static Hash32 TopicOf(Address account)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        account.CopyTo(word[12..]);
        return new Hash32(word);
    }

    /// <summary>Reads a log; null when it is no Transfer of either form, or one of ether (<see cref="EtherLog"/>), which is no token's.</summary>
    public static TransferLog? Read(LogEntry log)
    {
        if (log.Topics.Length is < 3 or > 4 || log.Topics[0] != Topic || log.Address == EtherLog.By) return null;
        Span<byte> word = stackalloc byte[Hash32.Size];
        log.Topics[1].CopyTo(word);
        Address sender = new(word[12..]);
        if (log.Topics.Length == 4) return new TransferLog(log.Address, sender, UInt256.One, new UInt256(log.Topics[3].ToBytes()));
        return log.Data.Length == UInt256.Size ? new TransferLog(log.Address, sender, new UInt256(log.Data.Span), null) : null;
    }
}
