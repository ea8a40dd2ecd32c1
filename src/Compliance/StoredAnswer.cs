namespace Keystone.Compliance;

/// <summary>A provider's answer, as it is stored.</summary>
/// <param name="Screening">The claim.</param>
/// <param name="Verdict">The answer.</param>
/// <param name="Due">When the provider is asked again if this is no answer, UTC.</param>
/// <param name="IsOpen">False when the settlement has ended: nobody waits for an answer.</param>
/// <param name="At">UTC.</param>
public sealed record StoredAnswer(ClaimedScreening Screening, ScreeningVerdict Verdict, DateTimeOffset Due, bool IsOpen, DateTimeOffset At);
