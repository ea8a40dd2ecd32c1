using Keystone.Domain.Escrow;
using Keystone.Settlements.Advance;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>
/// Counts the storage slots that a call of the escrow writes and that can become zero between its estimate and its execution. Writing an empty slot costs
/// several times as much as changing a slot in use.
/// </summary>
internal static class EscrowStorageSlots
{
    // CHECKED and DIRECT legs are for permissioned tokens (ERC-3643). Such a token calls its compliance contract for each transfer, and that may enter a
    // recipient who held nothing into a list of holders. Four slots: the balance, the list's length, the entry and the entry's position.
    const int OfPermissionedLeg = 4;

    /// <summary>Number of such slots.</summary>
    /// <param name="purpose">One of <see cref="EscrowIntents"/>.</param>
    /// <param name="part">The leg of a refund.</param>
    /// <param name="terms">The settlement.</param>
    public static int Of(string purpose, int part, EscrowTerms terms) => purpose switch
    {
        // Each recipient's balance of each token; two legs to one recipient share it.
        EscrowIntents.ExecuteSwap => terms.Legs.GroupBy(leg => (leg.Kind, leg.Token, leg.To, leg.TokenId)).Sum(same => same.Max(OfMove)),
        EscrowIntents.Refund => OfMove(terms.Legs[part]),
        // The settlement's storage word in the escrow: a reorg can undo the deposit that wrote it.
        _ => 1,
    };

    static int OfMove(EscrowLeg leg) => leg.Mode == CustodyMode.Custody ? 1 : OfPermissionedLeg;
}
