namespace Keystone.Settlements.Overview;

/// <summary>Settlements of an environment at a glance.</summary>
/// <param name="Open">Open ones by state, most first.</param>
/// <param name="InFlight">Amounts of open settlements by token. Amounts of different tokens are never added.</param>
/// <param name="Ended">Settlements that ended, by hour, oldest hour first; an hour without any is there with zeros.</param>
/// <param name="TimePerState">How long settlements stayed in each state in the same time.</param>
/// <param name="Gas">Gas of the operator's transactions a settlement, of the newest 200 that ended in the same time; null where none was registered on the chain.</param>
/// <param name="Chain">Where the chain is, as the mirror has it; null before it has anything.</param>
public sealed record OverviewView(
    IReadOnlyList<StateCount> Open, IReadOnlyList<TokenInFlight> InFlight, IReadOnlyList<EndedInHour> Ended, IReadOnlyList<TimeInState> TimePerState, GasPerSettlement? Gas, ChainView? Chain);

/// <summary>Open settlements of a state.</summary>
/// <param name="State">State as the template names it.</param>
/// <param name="Count">How many.</param>
public sealed record StateCount(string State, long Count);

/// <summary>What open settlements move of one token.</summary>
/// <param name="Address">Token, EIP-55.</param>
/// <param name="Symbol">Symbol under which the environment registered it; null when it did not.</param>
/// <param name="Quantity">Whole units, decimal text.</param>
/// <param name="Settlements">In how many settlements.</param>
public sealed record TokenInFlight(string Address, string? Symbol, string Quantity, long Settlements);

/// <summary>Settlements that ended in an hour.</summary>
/// <param name="Hour">Its beginning, UTC.</param>
/// <param name="Finalized">Those that succeeded.</param>
/// <param name="Failed">Those that failed.</param>
public sealed record EndedInHour(DateTimeOffset Hour, long Finalized, long Failed);

/// <summary>How long settlements stayed in a state.</summary>
/// <param name="State">State.</param>
/// <param name="Median">Half of them stayed shorter.</param>
/// <param name="P95">Nineteen of twenty stayed shorter.</param>
/// <param name="Visits">How many stays.</param>
public sealed record TimeInState(string State, TimeSpan Median, TimeSpan P95, long Visits);

/// <summary>What settlements cost in gas.</summary>
/// <param name="Settlement">All transactions of a settlement together.</param>
/// <param name="Purposes">The same by purpose, most gas first.</param>
public sealed record GasPerSettlement(GasUsed Settlement, IReadOnlyList<GasUsed> Purposes);

/// <summary>Gas of some settlements; of a transaction that one shared with others, its part.</summary>
/// <param name="Purpose">Purpose of the intents, such as <c>register</c>; null for all of a settlement.</param>
/// <param name="Median">Half of them took less.</param>
/// <param name="P95">Nineteen of twenty took less.</param>
/// <param name="Settlements">How many settlements.</param>
public sealed record GasUsed(string? Purpose, long Median, long P95, int Settlements);

/// <summary>Where a chain is.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Head">Height of the newest block that the mirror has.</param>
/// <param name="HeadTime">Its block time, UTC.</param>
/// <param name="Finalized">Height of the finalized block; -1 for none.</param>
/// <param name="IsHalted">The operator checks its view of the chain; nothing is sent meanwhile.</param>
public sealed record ChainView(long ChainId, long Head, DateTimeOffset HeadTime, long Finalized, bool IsHalted);
