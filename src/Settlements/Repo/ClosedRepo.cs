namespace Keystone.Settlements.Repo;

/// <summary>What came of an opening whose maturity was reached.</summary>
public enum RepoOutcome
{
    /// <summary>Its closing was made.</summary>
    Closed,

    /// <summary>Its closing was made and is held, because the platform of a party is suspended.</summary>
    Held,

    /// <summary>It is not final, so there is no closing yet.</summary>
    NotFinal,

    /// <summary>Its closing ended before anything was deposited.</summary>
    CloseFailed,

    /// <summary>An error kept its closing from being made; it is tried again.</summary>
    Faulted,
}

/// <summary>An opening that was looked at.</summary>
/// <param name="Opening">The opening.</param>
/// <param name="Closing">Its closing; null when there is none.</param>
/// <param name="Outcome">What came of it.</param>
public sealed record ClosedRepo(Guid Opening, Guid? Closing, RepoOutcome Outcome)
{
    /// <summary>The error of <see cref="RepoOutcome.Faulted"/>; null otherwise.</summary>
    public Exception? Fault { get; init; }
}
