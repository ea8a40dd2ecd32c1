namespace Keystone.Dev;

/// <summary>How the local system is set up.</summary>
/// <param name="Home">Folder of everything that it keeps.</param>
internal sealed record DevOptions(string Home)
{
    /// <summary>False turns fsync of Postgres off and forgets the chain at the end: tests.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Port of the API that is taken when it is free; 0 for any.</summary>
    public int ApiPort { get; init; } = 8080;

    /// <summary>Port of the chain that is taken when it is free; 0 for any.</summary>
    public int RpcPort { get; init; } = 8545;

    /// <summary>First of three management ports that are taken when they are free; 0 for any.</summary>
    public int ManagementPort { get; init; } = 9101;

    /// <summary>Blocks on top of the swap's block before SETTLED.</summary>
    public int SettleDepth { get; init; } = 1;

    /// <summary>Blocks on top after which a block is final; null follows the chain's tag, which trails by two.</summary>
    public int? FinalityDepth { get; init; }

    /// <summary>Shortest time to a settlement's timeout, seconds. Shorter than a real system's, so that a timeout can be watched.</summary>
    public int MinimumTimeoutSeconds { get; init; } = 30;

    /// <summary>Seconds after which another process takes over from one that was killed.</summary>
    public int LeaseSeconds { get; init; } = 10;

    /// <summary>Seconds that block time may be off this machine's clock; 0 for a chain whose reorgs bend its time.</summary>
    public int MaxClockSkewSeconds { get; init; } = 30;

    /// <summary>Least level of the services' log.</summary>
    public string LogLevel { get; init; } = "Information";
}
