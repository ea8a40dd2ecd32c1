namespace Keystone.Settlements.Advance;

/// <summary>Purposes of the intents that act on the escrow. The subject is the escrow id; the part is the leg of a refund.</summary>
public static class EscrowIntents
{
    /// <summary>Registers the terms.</summary>
    public const string Register = "register";

    /// <summary>Executes the swap.</summary>
    public const string ExecuteSwap = "execute_swap";

    /// <summary>Gives a deposit back.</summary>
    public const string Refund = "refund";

    /// <summary>Cancels the escrow, so that its deposits can be given back.</summary>
    public const string Cancel = "cancel";
}
