using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Settlements.Deposits;

/// <summary>A leg whose deposit is to be checked. It needs no frozen terms, so that an instruction can be checked before it is given.</summary>
/// <param name="Kind">Kind of token.</param>
/// <param name="Mode">Custody.</param>
/// <param name="Token">Token contract.</param>
/// <param name="From">Who deposits.</param>
/// <param name="To">Who receives; zero while nobody knows it.</param>
/// <param name="TokenId">Id of the token; 0 for ERC-20.</param>
/// <param name="Amount">Smallest units.</param>
/// <param name="Escrow">The escrow.</param>
internal sealed record LegToDeposit(TokenKind Kind, CustodyMode Mode, Address Token, Address From, Address To, UInt256 TokenId, UInt256 Amount, Address Escrow)
{
    /// <summary>A leg of frozen terms.</summary>
    public static LegToDeposit Of(EscrowTerms terms, int index)
    {
        EscrowLeg leg = terms.Legs[index];
        return new LegToDeposit(leg.Kind, leg.Mode, leg.Token, leg.From, leg.To, leg.TokenId, leg.Amount, terms.Contract);
    }
}
