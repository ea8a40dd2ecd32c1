using Keystone.Ethereum;
using Keystone.Domain.Engine;
using Keystone.Transactions;

namespace Keystone.Keeper.Engine;

/// <summary>What a run is to write: an outcome with what it asks of others, or only when to look again.</summary>
internal sealed record Work(Outcome? Outcome, IReadOnlyList<Command.Screen> Screens, IReadOnlyList<WantedIntent> Wants, DateTimeOffset? Later = null)
{
    /// <summary>The decision behind it; null when there was none.</summary>
    public Decision? Decision { get; init; }
}

/// <summary>An intent that the settlement needs.</summary>
internal sealed record WantedIntent(IntentName Name, ChainTime? Until, int Priority);

/// <summary>A run that was committed.</summary>
/// <param name="Id">The settlement.</param>
/// <param name="Work">What was written.</param>
/// <param name="Wanted">True when an intent is new, or open again.</param>
internal sealed record Ran(Guid Id, Work Work, bool Wanted);

/// <summary>One settlement could not be decided or written. It must not keep the others waiting.</summary>
internal sealed class UndecidedException(Guid id, int attempts, Exception inner) : Exception(inner.Message, inner)
{
    public Guid Id => id;

    public int Attempts => attempts;
}
