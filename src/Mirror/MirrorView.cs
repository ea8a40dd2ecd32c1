using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>A chain at one revision of its mirror: where it is, and some of its escrows there.</summary>
/// <param name="Identity">The chain and escrow contract that the mirror belongs to.</param>
/// <param name="Head">Head of the mirror.</param>
/// <param name="Escrows">Those that were asked for and that the canonical chain knows.</param>
public sealed record MirrorView(ChainIdentity Identity, ChainHead Head, IReadOnlyDictionary<Hash32, EscrowSnapshot> Escrows)
{
    /// <summary>Escrow state for these terms; without any deposit if the chain has no event about it.</summary>
    public EscrowSnapshot Of(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return Escrows.TryGetValue(terms.Id, out EscrowSnapshot? known) ? known.With(terms) : EscrowSnapshot.Unseen(terms);
    }
}

/// <summary>A canonical block.</summary>
/// <param name="Hash">Hash of its header.</param>
/// <param name="Time">Its timestamp.</param>
public readonly record struct MirroredBlock(Hash32 Hash, ChainTime Time);

/// <summary>Entries of the mirror's feed after a revision.</summary>
/// <param name="Head">Head of the mirror.</param>
/// <param name="Through">Revision that the changes reach to; below the head's when there are more than were asked for.</param>
/// <param name="Escrows">Escrows that got or lost canonical events, each once.</param>
public sealed record MirrorChanges(ChainHead Head, long Through, IReadOnlyCollection<Hash32> Escrows);

/// <summary>What held legs of one token add up to.</summary>
/// <param name="Token">Token contract.</param>
/// <param name="TokenId">Id of the token; 0 for ERC-20.</param>
/// <param name="Amount">Smallest units.</param>
public sealed record Obligation(Address Token, UInt256 TokenId, UInt256 Amount);
