using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Matching;

/// <summary>What one side of a trade says of it, as far as the two sides have to agree.</summary>
/// <param name="ChainId">EIP-155 id of the chain on which it settles.</param>
/// <param name="Template">Which template in which version: the same text for the same rules, whatever alias named it.</param>
/// <param name="Role">Role of the side.</param>
/// <param name="Legs">Its legs.</param>
/// <param name="Pays">Wallet that it pays from.</param>
/// <param name="Receives">Wallet that it receives with.</param>
public sealed record TradeSide(long ChainId, string Template, string Role, ImmutableArray<TradeLeg> Legs, Address Pays, Address Receives)
{
    /// <summary>Kind of the trade, such as <c>repo_open</c>; null for a plain one.</summary>
    public string? Category { get; init; }

    /// <summary>Of a repo: when it is closed, UTC.</summary>
    public DateTimeOffset? MaturityAt { get; init; }

    /// <summary>Of a repo: what is paid back, smallest units of the cash token.</summary>
    public UInt256? Repayment { get; init; }
}
