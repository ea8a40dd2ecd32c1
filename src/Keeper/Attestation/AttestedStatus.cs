namespace Keystone.Keeper.Attestation;

/// <summary>What a <c>ComplianceRegistry</c> has of a party of a settlement, with the contract's numbers.</summary>
internal enum AttestedStatus
{
    /// <summary>Nothing was attested.</summary>
    None = 0,

    /// <summary>The party passed.</summary>
    Pass = 1,

    /// <summary>The gate is closed until the party passes.</summary>
    Flagged = 2,

    /// <summary>The same, after a refusal.</summary>
    Fail = 3,
}
