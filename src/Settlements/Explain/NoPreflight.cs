namespace Keystone.Settlements.Explain;

/// <summary>Makes no checks.</summary>
internal sealed class NoPreflight : ILegPreflight
{
    public Task<IReadOnlyList<CheckView>> CheckAsync(PreflightLeg leg, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<CheckView>>([]);
}
