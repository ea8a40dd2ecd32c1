using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Instruments;

/// <summary>
/// The tokens that one environment registered on a chain. What a reader is shown of any token comes from the reader's own registry: a contract can call itself
/// whatever it likes, and so can the platform on the other side.
/// </summary>
/// <param name="registered">Address and symbol of each.</param>
public sealed class TokenRegistry(IEnumerable<(Address Token, string Symbol)> registered)
{
    readonly Dictionary<Address, string> _symbols = registered.ToDictionary(one => one.Token, one => one.Symbol);

    /// <summary>The token as this reader knows it.</summary>
    /// <param name="token">The contract.</param>
    /// <param name="decimals">Digits behind the point, as the chain says.</param>
    /// <param name="claimed">What the contract calls itself; null when that is not known.</param>
    public TokenView View(Address token, int decimals, string? claimed)
    {
        if (_symbols.TryGetValue(token, out string? symbol))
            return new TokenView(token.ToString(), symbol, decimals, Registered: true, ClaimedSymbol: null, Resembles: null);
        string? word = NameKey.Clean(claimed);
        return new TokenView(token.ToString(), null, decimals, Registered: false, word,
            word is null ? null : _symbols.Values.Order(StringComparer.Ordinal).FirstOrDefault(known => NameSkeleton.AreConfusable(known, word)));
    }

    /// <summary>
    /// What the reader sees as <c>instrument_id</c>: as sent where the reader sent it; for every other the address, unless the reader's registry maps that very
    /// word to that very token.
    /// </summary>
    public string InstrumentId(string asSent, Address token, bool sentByReader) =>
        sentByReader || (_symbols.TryGetValue(token, out string? symbol) && symbol == asSent) ? asSent : token.ToString();
}
