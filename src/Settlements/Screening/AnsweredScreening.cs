using Keystone.Compliance;

namespace Keystone.Settlements.Screening;

/// <summary>A provider's answer to a claimed screening.</summary>
/// <param name="Screening">The claim.</param>
/// <param name="Verdict">The answer.</param>
/// <param name="Due">When the provider is asked again if this is no answer, UTC.</param>
/// <param name="At">When it was given, UTC.</param>
public sealed record AnsweredScreening(ClaimedScreening Screening, ScreeningVerdict Verdict, DateTimeOffset Due, DateTimeOffset At);
