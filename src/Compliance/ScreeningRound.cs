using System.Collections.Immutable;
using Keystone.Domain.Engine;

namespace Keystone.Compliance;

/// <summary>The latest round of a settlement's screenings.</summary>
/// <param name="Number">From 1; 0 before the first.</param>
/// <param name="Results">One for each party and layer.</param>
public sealed record ScreeningRound(int Number, ImmutableArray<ScreeningResult> Results);
