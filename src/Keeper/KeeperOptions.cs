namespace Keystone.Keeper;

/// <summary>Settings of section <c>Keeper</c>.</summary>
public sealed class KeeperOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Keeper";

    /// <summary>Interval at which the loops poll for work if no signal arrives, milliseconds.</summary>
    public int PollMilliseconds { get; set; } = 250;

    /// <summary>Number of settlements that this process decides concurrently.</summary>
    public int EngineWorkers { get; set; } = 4;

    /// <summary>Number of screenings that this process requests concurrently.</summary>
    public int ScreeningWorkers { get; set; } = 16;

    /// <summary>False disables the scheduled jobs. The loops find all work without them.</summary>
    public bool Jobs { get; set; } = true;

    /// <summary>Balance of the keeper's account below which an alarm is raised, wei, in decimal digits.</summary>
    public string LowBalanceWei { get; set; } = "100000000000000000";

    /// <summary>
    /// A swap is no longer broadcast when fewer than this many seconds of block time are left before its deadline: a transaction that is mined too late only
    /// costs gas. Use about two block times of the chain.
    /// </summary>
    public int SwapMarginSeconds { get; set; } = 24;

    /// <summary>
    /// Gas that a signed approval (EIP-2612) may take at most. The keeper's key calls the token itself, which is a contract that strangers wrote. Common tokens take
    /// below 80000, on chains with the rules of Amsterdam below 250000.
    /// </summary>
    public int PermitMaxGas { get; set; } = 300_000;

    /// <summary>Gas that a signed deposit of one leg may take at most; the escrow calls the leg's token in it.</summary>
    public int DepositMaxGas { get; set; } = 1_500_000;

    /// <summary>
    /// Maximum difference of this machine's clock and block time, seconds. Beyond it the keeper stops working until the clock is right. 0 disables the check,
    /// for a chain whose time is moved by hand.
    /// </summary>
    public int MaxClockSkewSeconds { get; set; } = 30;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (PollMilliseconds is < 10 or > 60_000)
            yield return "Keeper:PollMilliseconds must be between 10 and 60000.";
        if (EngineWorkers is < 1 or > 64)
            yield return "Keeper:EngineWorkers must be between 1 and 64.";
        if (ScreeningWorkers is < 1 or > 64)
            yield return "Keeper:ScreeningWorkers must be between 1 and 64.";
        if (LowBalanceWei.Length == 0 || !LowBalanceWei.All(char.IsAsciiDigit))
            yield return "Keeper:LowBalanceWei must be a whole number of wei.";
        if (MaxClockSkewSeconds is < 0 or > 3_600)
            yield return "Keeper:MaxClockSkewSeconds must be between 0 and 3600.";
        if (PermitMaxGas is < 21_000 or > 16_777_216)
            yield return "Keeper:PermitMaxGas must be between 21000 and 16777216.";
        if (DepositMaxGas is < 21_000 or > 16_777_216)
            yield return "Keeper:DepositMaxGas must be between 21000 and 16777216.";
        if (SwapMarginSeconds is < 0 or > 3_600)
            yield return "Keeper:SwapMarginSeconds must be between 0 and 3600.";
    }
}
