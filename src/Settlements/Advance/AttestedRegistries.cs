using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Settlements.Advance;

/// <summary>The registries in which this service attests that the wallets of a settlement passed.</summary>
/// <param name="byChain">Address of the registry, by the EIP-155 id of its chain.</param>
public sealed class AttestedRegistries(IReadOnlyDictionary<long, Address> byChain)
{
    /// <summary>No registry: nothing is attested, and no swap waits for it.</summary>
    public static AttestedRegistries None { get; } = new(ImmutableDictionary<long, Address>.Empty);

    /// <summary>Address of the registry, by chain.</summary>
    public IReadOnlyDictionary<long, Address> ByChain => byChain;

    /// <summary>True where the terms name such a registry as their gate.</summary>
    public bool IsGateOf(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return byChain.TryGetValue((long)terms.ChainId, out Address registry) && registry == terms.Header.Gate;
    }

    /// <summary>The wallets that the gate asks about, each once, in the order of the legs.</summary>
    public static ImmutableArray<Address> WalletsOf(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return [.. terms.Legs.SelectMany(leg => (Address[])[leg.From, leg.To, leg.RefundTo]).Distinct()];
    }
}
