using Keystone.Domain.Escrow;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>
/// Storage slots that a call of the escrow writes and that others can bring to zero between its estimate and its block. Writing an empty slot costs several
/// times as much as changing one.
/// </summary>
internal static class EscrowStorageSlots
{
    // CHECKED and DIRECT legs are for permissioned tokens (ERC-3643). Such a token tells its compliance contract about each move, and that may enter a
    // recipient who held nothing into a list of holders. Four slots: the balance, the list's length, the entry and the entry's position.
    const int OfPermissionedLeg = 4;

    /// <summary>How many.</summary>
    /// <param name="purpose">One of <see cref="EscrowIntents"/>.</param>
    /// <param name="part">The leg of a refund.</param>
    /// <param name="terms">The settlement.</param>
    public static int Of(string purpose, int part, EscrowTerms terms) => purpose switch
    {
        // Each recipient's balance of each token; two legs to one recipient share it.
        EscrowIntents.ExecuteSwap => terms.Legs.GroupBy(leg => (leg.Kind, leg.Token, leg.To, leg.TokenId)).Sum(same => same.Max(OfMove)),
        EscrowIntents.Refund => OfMove(terms.Legs[part]),
        // The settlement's own word in the escrow: a reorg may take back the deposit that wrote it.
        _ => 1,
    };

    static int OfMove(EscrowLeg leg) => leg.Mode == CustodyMode.Custody ? 1 : OfPermissionedLeg;
}
