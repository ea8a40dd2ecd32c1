using Keystone.Identity;

namespace Keystone.Settlements.Find;

/// <summary>Use case: find a settlement by whatever identifier somebody has in hand: its id, an event's id, the caller's reference or key, or its id on the chain.</summary>
public sealed class FindSettlements
{
    const int Longest = 255;

    readonly FindStore _store;

    internal FindSettlements(FindStore store) => _store = store;

    /// <summary>Settlements that the caller may see and that have exactly this identifier: none, one, or the first two of several.</summary>
    public async Task<IReadOnlyList<Guid>> ExecuteAsync(Caller caller, string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.Length is 0 or > Longest || text.Any(char.IsControl)) return [];
        string bare = text.StartsWith("evt_", StringComparison.Ordinal) ? text["evt_".Length..] : text;
        if (Guid.TryParseExact(bare, "D", out Guid id) || Guid.TryParseExact(bare, "N", out id))
        {
            IReadOnlyList<Guid> byId = await _store.ByIdAsync(caller.EnvironmentId, id, cancellationToken);
            if (byId.Count > 0) return byId;
        }
        if (text.Length == 66 && text.StartsWith("0x", StringComparison.Ordinal) && text[2..].All(char.IsAsciiHexDigit))
        {
            IReadOnlyList<Guid> byHash = await _store.ByHashAsync(caller.EnvironmentId, Convert.FromHexString(text[2..]), cancellationToken);
            if (byHash.Count > 0) return byHash;
        }
        return await _store.ByTextAsync(caller.EnvironmentId, text, cancellationToken);
    }
}
