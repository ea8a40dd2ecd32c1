namespace Keystone.Api.Sandbox;

/// <summary>Where the clocks stand after an advance.</summary>
/// <param name="Now">Business time.</param>
/// <param name="Offset">How far business time is ahead of the machine's.</param>
/// <param name="BlockNumber">Head of the chain.</param>
/// <param name="BlockTime">Time of that block.</param>
public sealed record AdvancedClock(DateTimeOffset Now, TimeSpan Offset, long BlockNumber, DateTimeOffset BlockTime);
