namespace Keystone.Keeper.Tests;

/// <summary>A clock that the test moves; timers are the real ones.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
