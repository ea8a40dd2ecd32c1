using Keystone.Ethereum;

namespace Keystone.Settlements.Deposits;

/// <summary>Kinds of signatures that the keeper relays.</summary>
public enum SignatureKind
{
    /// <summary>Consent to the whole settlement.</summary>
    Settle,

    /// <summary>A transfer of one leg by Permit2.</summary>
    Permit2,

    /// <summary>A transfer of one leg by its token (ERC-3009).</summary>
    Authorization,

    /// <summary>An approval of the escrow, or of Permit2, for one leg (EIP-2612).</summary>
    Permit,
}

/// <summary>What a permit approves.</summary>
/// <param name="Spender">Who may take.</param>
/// <param name="Value">Smallest units.</param>
/// <param name="Nonce">Nonce of the owner at the token.</param>
public sealed record PermitTerms(Address Spender, UInt256 Value, UInt256 Nonce);

/// <summary>A signature that was found to be the depositor's.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Leg">The leg; -1 for all of them.</param>
/// <param name="Signer">The depositor.</param>
/// <param name="Deadline">As signed, seconds of block time.</param>
/// <param name="Permit">Of a permit.</param>
/// <param name="Bytes">The signature. Whoever has it can use it: never show or log it.</param>
public sealed record StoredSignature(SignatureKind Kind, int Leg, Address Signer, ulong Deadline, PermitTerms? Permit, byte[] Bytes)
{
    /// <summary>Last block time at which it acts: an authorization ends before its second, everything else with it.</summary>
    public ChainTime Until => Kind == SignatureKind.Authorization && Deadline > 0 ? Deadline - 1 : Deadline;

    /// <summary>What it is of, never the bytes.</summary>
    public override string ToString() => $"{Kind} of leg {Leg} by {Signer}";
}
