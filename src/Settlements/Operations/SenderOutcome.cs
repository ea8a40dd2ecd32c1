namespace Keystone.Settlements.Operations;

/// <summary>What became of an order about an account that sends transactions.</summary>
public enum SenderOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>It was so before.</summary>
    Unchanged,

    /// <summary>No keeper has had a key of the account in the last two minutes.</summary>
    NoKey,

    /// <summary>The chain has no such account.</summary>
    Unknown,

    /// <summary>The account is retired, which is for good.</summary>
    IsRetired,

    /// <summary>The account is in service: it has to drain before it is retired.</summary>
    IsActive,

    /// <summary>The account is the operator of open settlements, or has transactions that are not final.</summary>
    HoldsWork,

    /// <summary>The account is dedicated to intents that name it, and never goes into service.</summary>
    IsDedicated,
}
