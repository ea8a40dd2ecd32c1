using Keystone.Settlements.Deposits;

namespace Keystone.Settlements.Advance;

/// <summary>Purposes of the intents that act on the escrow, and on its gate. The subject is the escrow id; the part is the leg of a refund or of a relayed signature.</summary>
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

    /// <summary>An approval that its owner signed (EIP-2612), sent to the token.</summary>
    public const string Permit = "permit";

    /// <summary>A leg's deposit that its owner signed for Permit2.</summary>
    public const string DepositPermit2 = "deposit_permit2";

    /// <summary>A leg's deposit that its owner signed for its token (ERC-3009).</summary>
    public const string DepositAuthorization = "deposit_authorization";

    /// <summary>The swap with the consents of all whose legs are not in.</summary>
    public const string SettleSigned = "settle_signed";

    /// <summary>A wallet passed, written to the registry that is the settlement's gate; the part is its place among <see cref="AttestedRegistries.WalletsOf"/>, -1 lifts a withdrawal.</summary>
    public const string Attest = "attest";

    /// <summary>What was attested no longer counts, written to the registry.</summary>
    public const string WithdrawAttestation = "withdraw_attestation";

    /// <summary>True for an intent that writes to the registry.</summary>
    public static bool IsAttestation(string purpose) => purpose is Attest or WithdrawAttestation;

    /// <summary>True for an intent that rests on signatures of depositors.</summary>
    public static bool IsRelayed(string purpose) => purpose is Permit or DepositPermit2 or DepositAuthorization or SettleSigned;

    /// <summary>Purpose of the intent that relays a kind of signature.</summary>
    public static string Of(SignatureKind kind) => kind switch
    {
        SignatureKind.Permit => Permit,
        SignatureKind.Permit2 => DepositPermit2,
        SignatureKind.Authorization => DepositAuthorization,
        _ => SettleSigned,
    };
}
