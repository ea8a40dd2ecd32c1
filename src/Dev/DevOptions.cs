namespace Keystone.Dev;

/// <summary>Settings of the development system.</summary>
/// <param name="Home">Folder of its data.</param>
internal sealed record DevOptions(string Home)
{
    /// <summary>False, for tests: Postgres runs without fsync, and the chain is discarded at the end.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Preferred port of the API; another free port is used if it is taken, or if it is 0.</summary>
    public int ApiPort { get; init; } = 8080;

    /// <summary>Preferred port of the chain; another free port is used if it is taken, or if it is 0.</summary>
    public int RpcPort { get; init; } = 8545;

    /// <summary>First of three preferred management ports; other free ports are used if they are taken, or if it is 0.</summary>
    public int ManagementPort { get; init; } = 9101;

    /// <summary>Blocks on top of the swap's block until the state SETTLED.</summary>
    public int SettleDepth { get; init; } = 1;

    /// <summary>Blocks on top of a block until it counts as final; null follows the chain's <c>finalized</c> tag, which is two blocks behind the head.</summary>
    public int? FinalityDepth { get; init; }

    /// <summary>Minimum time until a settlement's timeout, seconds. Lower than in production, so that a timeout can be watched.</summary>
    public int MinimumTimeoutSeconds { get; init; } = 30;

    /// <summary>Seconds until another process takes over from one that was killed.</summary>
    public int LeaseSeconds { get; init; } = 10;

    /// <summary>Maximum difference of block time and this machine's clock, seconds; 0 disables the check, for a chain whose time is moved by hand.</summary>
    public int MaxClockSkewSeconds { get; init; } = 30;

    /// <summary>Minimum level of the services' logs.</summary>
    public string LogLevel { get; init; } = "Information";
}
