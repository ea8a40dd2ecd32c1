using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Transactions;

namespace Keystone.Settlements.Advance;

/// <summary>What a run stores: an outcome with intents and screenings, or only the time of the next run.</summary>
internal sealed record Work(Outcome? Outcome, IReadOnlyList<Command.Screen> Screens, IReadOnlyList<WantedIntent> Wants, DateTimeOffset? Later = null)
{
    /// <summary>The decision; null if there was none.</summary>
    public Decision? Decision { get; init; }

    /// <summary>Steps that the platform that instructed is asked for now.</summary>
    public IReadOnlyList<Command.Act> Acts { get; init; } = [];
}

/// <summary>An intent that the settlement needs.</summary>
internal sealed record WantedIntent(IntentName Name, ChainTime? Until, int Priority, Address? OnlyBy);

/// <summary>A run that was committed.</summary>
/// <param name="Id">The settlement.</param>
/// <param name="Work">What was written.</param>
/// <param name="Wanted">True if an intent was added or reopened.</param>
internal sealed record Ran(Guid Id, Work Work, bool Wanted);

/// <summary>One settlement could not be decided or stored. It must not delay others.</summary>
internal sealed class UndecidedException(Guid id, int attempts, Exception inner) : Exception(inner.Message, inner)
{
    public Guid Id => id;

    public int Attempts => attempts;
}
