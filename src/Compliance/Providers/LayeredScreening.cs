using Keystone.Domain.Engine;

namespace Keystone.Compliance.Providers;

/// <summary>
/// The lists and the provider of a layer, asked at once. The worse answer counts; without an answer of both nobody is cleared. A refusal needs no second opinion.
/// </summary>
public sealed class LayeredScreening(BuiltInLists lists, IEnumerable<HttpProvider> providers) : IScreeningProvider
{
    readonly HttpProvider[] _providers = [.. providers];

    /// <summary>Providers beside the lists.</summary>
    public IReadOnlyList<HttpProvider> Providers => _providers;

    /// <inheritdoc/>
    public async Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (Array.Find(_providers, provider => provider.Layer == subject.Layer) is not { } provider) return await lists.ScreenAsync(subject, cancellationToken);
        Task<ScreeningVerdict> own = lists.ScreenAsync(subject, cancellationToken), other = provider.ScreenAsync(subject, cancellationToken);
        await Task.WhenAll(own, other);
        return Together(await own, await other);
    }

    internal static ScreeningVerdict Together(ScreeningVerdict lists, ScreeningVerdict provider)
    {
        ScreeningVerdict worse = Rank(provider.Status) > Rank(lists.Status) ? provider : lists;
        if (worse.Status is ScreeningStatus.Error or ScreeningStatus.Pending) return worse;
        return new ScreeningVerdict(worse.Status, Rank(provider.Status) >= Rank(lists.Status) ? provider.Reference : lists.Reference, lists.ListHash)
        {
            Evidence = lists.Evidence is { } evidence ? evidence with { Provider = provider.Evidence?.Provider } : provider.Evidence,
        };
    }

    static int Rank(ScreeningStatus status) => status switch
    {
        ScreeningStatus.Pass => 0,
        ScreeningStatus.Flagged => 1,
        ScreeningStatus.Pending => 2,
        ScreeningStatus.Error => 3,
        _ => 4,
    };
}
