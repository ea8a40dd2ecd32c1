using Keystone.Ethereum;

namespace Keystone.Domain.Matching;

/// <summary>One movement as one side of a trade instructs it. A side names each token once.</summary>
/// <param name="Token">Contract of the token.</param>
/// <param name="TokenId">Which token of the contract; zero for an ERC-20.</param>
/// <param name="Type">Type of the leg; <c>payment</c> is cash, every other one is securities.</param>
/// <param name="Amount">Smallest units.</param>
/// <param name="Delivers">The side gives it; false when it takes it.</param>
/// <param name="Tolerance">Cash: by how many smallest units the other side's amount may differ. Zero for none.</param>
public sealed record TradeLeg(Address Token, UInt256 TokenId, string Type, UInt256 Amount, bool Delivers, UInt256 Tolerance)
{
    /// <summary>The leg is cash.</summary>
    public bool IsCash => Type == "payment";
}
