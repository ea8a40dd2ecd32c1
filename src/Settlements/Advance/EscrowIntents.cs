namespace Keystone.Keeper.EscrowTransactions;

/// <summary>Purposes of the intents that act on the escrow. The subject is the escrow id; the part is the leg of a refund.</summary>
internal static class EscrowIntents
{
    public const string Register = "register";
    public const string ExecuteSwap = "execute_swap";
    public const string Refund = "refund";
    public const string Cancel = "cancel";
}
