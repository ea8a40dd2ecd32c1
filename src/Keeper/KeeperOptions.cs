namespace Keystone.Keeper;

/// <summary>Settings of section <c>Keeper</c>.</summary>
public sealed class KeeperOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Keeper";

    /// <summary>How often the loops look when nothing woke them, milliseconds.</summary>
    public int PollMilliseconds { get; set; } = 250;

    /// <summary>Settlements that this process decides at the same time.</summary>
    public int EngineWorkers { get; set; } = 4;

    /// <summary>Screenings that this process asks for at the same time.</summary>
    public int ScreeningWorkers { get; set; } = 4;

    /// <summary>False turns the scheduled jobs off; the loops find all work without them.</summary>
    public bool Jobs { get; set; } = true;

    /// <summary>Wei below which the balance of the keeper's account is an alarm, decimal digits.</summary>
    public string LowBalanceWei { get; set; } = "100000000000000000";

    /// <summary>
    /// Seconds of block time before its deadline from which a swap is no longer offered: a transaction that cannot be mined in time only
    /// costs gas. About two blocks of the chain.
    /// </summary>
    public int SwapMarginSeconds { get; set; } = 24;

    /// <summary>
    /// Seconds that this machine's clock may be off block time before the keeper does nothing until it is right again. 0 looks at no clock,
    /// which only a chain whose time is moved by hand needs.
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
        if (SwapMarginSeconds is < 0 or > 3_600)
            yield return "Keeper:SwapMarginSeconds must be between 0 and 3600.";
    }
}
