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

/// <summary>What became of a settlement in a run.</summary>
/// <param name="Id">The settlement.</param>
/// <param name="Work">What was written.</param>
/// <param name="Wanted">True if an intent of its group was added or reopened, and it needs one.</param>
internal sealed record Ran(Guid Id, Work Work, bool Wanted)
{
    /// <summary>Why it could not be decided or stored, so that nothing was written. It must not delay others.</summary>
    public Exception? Fault { get; private init; }

    /// <summary>How often that had happened before.</summary>
    public int Attempts { get; private init; }

    /// <summary>One that could not be decided or stored.</summary>
    public static Ran Undecided(Guid id, int attempts, Exception fault) => new(id, new Work(null, [], []), Wanted: false) { Fault = fault, Attempts = attempts };
}
