namespace Keystone.Domain.Templates;

/// <summary>What the engine does in a state. The engine switches on these; state names are labels.</summary>
public enum ActionType
{
    /// <summary>None: the settlement leaves the state at once, or waits here for what the state before it began.</summary>
    None,

    /// <summary>Waits until all counterparties confirm, or one rejects.</summary>
    AwaitConfirmation,

    /// <summary>Screens every party on both layers.</summary>
    ComplianceCheck,

    /// <summary>Freezes the terms and registers them.</summary>
    RegisterEscrow,

    /// <summary>Waits for every deposit.</summary>
    MonitorDeposits,

    /// <summary>Has the swap executed.</summary>
    ExecuteEscrow,

    /// <summary>Waits until the executing block is finalized.</summary>
    Finalize,

    /// <summary>Waits until the platform that instructed reports what it did in systems of its own.</summary>
    External,
}
