using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>Collects the parts of one entry, each once.</summary>
internal sealed class ListBuilder(string id)
{
    readonly Dictionary<string, bool> _names = new(StringComparer.Ordinal);
    readonly List<string> _order = [];
    readonly HashSet<string> _countries = new(StringComparer.Ordinal), _leis = new(StringComparer.Ordinal), _programs = new(StringComparer.Ordinal);
    readonly HashSet<BirthYears> _births = [];
    readonly HashSet<Address> _wallets = [];

    public string Id => id;

    public ListedKind Kind { get; set; }

    /// <summary>Number of addresses of other chains.</summary>
    public int OtherAddresses { get; private set; }

    public bool IsNobody => _names.Count == 0 && _wallets.Count == 0 && _leis.Count == 0;

    public void Name(string? text, bool isWeak)
    {
        string name = Plain(text, "a name");
        // Lists hold empty aliases and such of one dash.
        if (!name.Any(char.IsLetterOrDigit)) return;
        if (_names.TryAdd(name, isWeak)) _order.Add(name);
        else if (!isWeak) _names[name] = false;
        Bound(_names.Count, "names");
    }

    public void Country(string? text)
    {
        if (Plain(text, "a country") is { Length: > 0 } country && country is not ("00" or "UNKNOWN")) _countries.Add(country);
        Bound(_countries.Count, "countries");
    }

    public void Born(int from, int to)
    {
        if (from is >= 1800 and <= 2200 && to >= from && to <= 2200) _births.Add(new BirthYears(from, to));
        Bound(_births.Count, "dates of birth");
    }

    /// <summary>An address, classified by its shape: what the list calls its chain or token is not reliable.</summary>
    public void Wallet(string? text)
    {
        string address = Plain(text, "an address");
        if (address.Length == 0) return;
        if (ListedAddress.Read(address) is { } wallet) _wallets.Add(wallet);
        else OtherAddresses++;
        Bound(_wallets.Count, "addresses");
    }

    public void Lei(string? text)
    {
        string lei = Plain(text, "an identifier").ToUpperInvariant();
        if (lei.Length == 20 && lei.All(char.IsAsciiLetterOrDigit)) _leis.Add(lei);
        Bound(_leis.Count, "identifiers");
    }

    public void Program(string? text)
    {
        if (Plain(text, "a programme") is { Length: > 0 } program) _programs.Add(program);
        Bound(_programs.Count, "programmes");
    }

    public ListEntry Build() =>
        new(Id, Kind, [.. _order.Select(name => new ListName(name, _names[name]))], [.. _countries], [.. _births], [.. _wallets], [.. _leis], [.. _programs]);

    string Plain(string? text, string what)
    {
        if (text is null) return "";
        if (text.Length > ListBounds.Text) throw new FormatException($"Entry {id} has {what} of {text.Length} characters; {ListBounds.Text} are the most that a list has.");
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    void Bound(int count, string what)
    {
        if (count > ListBounds.PerEntry) throw new FormatException($"Entry {id} has more than {ListBounds.PerEntry} {what}.");
    }
}
