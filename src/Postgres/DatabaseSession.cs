namespace Keystone.Postgres;

/// <summary>What a connection to the database shows.</summary>
/// <param name="ClockDifference">By how much this machine's clock and the database's differ at least; zero when theirs lies between two readings of ours.</param>
/// <param name="KeepsSettings">False behind a connection pooler that drops the settings of a session.</param>
public sealed record DatabaseSession(TimeSpan ClockDifference, bool KeepsSettings);
