using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Instruments;

/// <summary>
/// The tokens that one environment registered on a chain. What a reader is shown of any token comes from the reader's own registry: a contract can call itself
/// whatever it likes, and so can the platform on the other side.
/// </summary>
/// <param name="registered">Each of them.</param>
public sealed class TokenRegistry(IEnumerable<RegisteredToken> registered)
{
    readonly Dictionary<Address, RegisteredToken> _tokens = registered.ToDictionary(one => one.Token);

    /// <summary>The token as this reader knows it.</summary>
    /// <param name="token">The contract.</param>
    /// <param name="tokenId">Which of its tokens; zero for an ERC-20.</param>
    /// <param name="decimals">Digits behind the point, as the chain says.</param>
    /// <param name="claimed">What the contract calls itself; null when that is not known.</param>
    public TokenView View(Address token, UInt256 tokenId, int decimals, string? claimed)
    {
        if (Find(token, tokenId) is { } known)
            return new TokenView(token.ToString(), known.Symbol, decimals, Registered: true, ClaimedSymbol: null, Resembles: null);
        string? word = NameKey.Clean(claimed);
        return new TokenView(token.ToString(), null, decimals, Registered: false, word,
            word is null ? null : _tokens.Values.Select(one => one.Symbol).Order(StringComparer.Ordinal).FirstOrDefault(symbol => NameSkeleton.AreConfusable(symbol, word)));
    }

    /// <summary>
    /// What the reader sees as <c>instrument_id</c>: as sent where the reader sent it; for every other the address, unless the reader's registry maps that very
    /// word to that very token.
    /// </summary>
    public string InstrumentId(string asSent, Address token, UInt256 tokenId, bool sentByReader) =>
        sentByReader || (Find(token, tokenId) is { } known && (known.Symbol == asSent || known.Isin == asSent)) ? asSent : token.ToString();

    // A word for one token of a contract is no word for another.
    RegisteredToken? Find(Address token, UInt256 tokenId) =>
        _tokens.TryGetValue(token, out RegisteredToken? known) && (known.TokenId is null || known.TokenId == tokenId) ? known : null;
}
