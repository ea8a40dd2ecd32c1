using Keystone.Domain.Escrow;
using Keystone.Identity;
using Keystone.Mirror;

namespace Keystone.Settlements.Overview;

/// <summary>Use case: the settlements of an environment at a glance.</summary>
public sealed class ReadOverview
{
    readonly OverviewStore _store;
    readonly MirrorReader _mirror;
    readonly TimeProvider _time;

    internal ReadOverview(OverviewStore store, MirrorReader mirror, TimeProvider time) => (_store, _mirror, _time) = (store, mirror, time);

    /// <summary>Figures of the caller's environment.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="hours">Hours that are looked back at, with the one that runs; 1 to 168.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<OverviewView> ExecuteAsync(Caller caller, int hours, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        DateTimeOffset now = _time.GetUtcNow(), first = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddHours(1 - Math.Clamp(hours, 1, 168));
        IReadOnlyDictionary<DateTimeOffset, EndedInHour> ended = (await _store.EndedAsync(caller.EnvironmentId, first, cancellationToken)).ToDictionary(hour => hour.Hour);
        List<EndedInHour> all = [];
        for (DateTimeOffset hour = first; hour <= now; hour = hour.AddHours(1)) all.Add(ended.GetValueOrDefault(hour) ?? new EndedInHour(hour, 0, 0));
        return new OverviewView(
            await _store.OpenAsync(caller.EnvironmentId, cancellationToken),
            await _store.InFlightAsync(caller.EnvironmentId, cancellationToken),
            all,
            await _store.TimePerStateAsync(caller.EnvironmentId, first, cancellationToken),
            Gas(await _store.GasAsync(caller.EnvironmentId, first, cancellationToken)),
            await ChainAsync(caller, cancellationToken));
    }

    /// <summary>Where the chain of the caller's environment is; null before the mirror has anything of it.</summary>
    public async Task<ChainView?> ChainAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return (await _mirror.ReadAsync(caller.ChainId, [], cancellationToken))?.Head is { Number: >= 0 } head ? View(caller.ChainId, head) : null;
    }

    /// <summary>How far the caller's environment has come.</summary>
    public Task<FirstSteps> StepsAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _store.StepsAsync(caller.EnvironmentId, cancellationToken);
    }

    static GasPerSettlement? Gas(IReadOnlyList<IReadOnlyDictionary<string, long>> settlements) => settlements.Count == 0 ? null : new GasPerSettlement(
        Used(null, settlements.Select(one => one.Values.Sum())),
        [.. settlements.SelectMany(one => one.Keys).Distinct(StringComparer.Ordinal)
            .Select(purpose => Used(purpose, settlements.Where(one => one.ContainsKey(purpose)).Select(one => one[purpose])))
            .OrderByDescending(used => used.Median).ThenBy(used => used.Purpose, StringComparer.Ordinal)]);

    // The nearest rank: a figure that one of the settlements had.
    static GasUsed Used(string? purpose, IEnumerable<long> gas)
    {
        long[] sorted = [.. gas.Order()];
        return new GasUsed(purpose, At(0.5), At(0.95), sorted.Length);

        long At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    static ChainView View(long chainId, ChainHead head) => new(chainId, head.Number, head.Time.ToDateTime(), head.Finalized, head.IsHalted);
}
