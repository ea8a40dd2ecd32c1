namespace Keystone.Keeper;

/// <summary>Settings of section <c>Keeper</c>.</summary>
public sealed class KeeperOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Keeper";

    /// <summary>How often the loops look when nothing woke them, milliseconds.</summary>
    public int PollMilliseconds { get; set; } = 250;

    /// <summary>
    /// Seconds of block time before its deadline from which a swap is no longer offered: a transaction that cannot be mined in time only
    /// costs gas. About two blocks of the chain.
    /// </summary>
    public int SwapMarginSeconds { get; set; } = 24;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (PollMilliseconds is < 10 or > 60_000)
            yield return "Keeper:PollMilliseconds must be between 10 and 60000.";
        if (SwapMarginSeconds is < 0 or > 3_600)
            yield return "Keeper:SwapMarginSeconds must be between 0 and 3600.";
    }
}
