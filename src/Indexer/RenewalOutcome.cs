namespace Keystone.Indexer;

/// <summary>What a step of <see cref="ProofRenewal"/> did.</summary>
internal enum RenewalOutcome
{
    /// <summary>Nothing is to be done now.</summary>
    Nothing,

    /// <summary>Blocks were proved; there may be more.</summary>
    Raised,

    /// <summary>The mirror was changed or halted: what is remembered of it is out of date.</summary>
    Changed,
}
