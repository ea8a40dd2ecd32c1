namespace Keystone.Settlements.Explain;

/// <summary>Makes no checks.</summary>
internal sealed class NoPreflight : ILegPreflight
{
    public Task<IReadOnlyList<DepositCheckView>> CheckAsync(PreflightLeg leg, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DepositCheckView>>([]);
}
