using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>One entry of a list.</summary>
/// <param name="Id">Id that the list gives it; stays the same while the entry stands.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Names">Every name and alias.</param>
/// <param name="Countries">Nationalities and citizenships, in the list's own words.</param>
/// <param name="Births">Years of birth.</param>
/// <param name="Wallets">Addresses of EVM chains, whatever the list calls their chain or token.</param>
/// <param name="Leis">Legal entity identifiers (ISO 17442).</param>
/// <param name="Programs">Programmes under which it is listed.</param>
public sealed record ListEntry(
    string Id, ListedKind Kind, IReadOnlyList<ListName> Names, IReadOnlyList<string> Countries, IReadOnlyList<BirthYears> Births, IReadOnlyList<Address> Wallets,
    IReadOnlyList<string> Leis, IReadOnlyList<string> Programs)
{
    /// <summary>All that decides who is found by the entry, as one text: two entries with the same text find the same parties.</summary>
    public string Content => string.Join('\n', [
        Kind.ToString(), .. Names.Select(name => $"{(name.IsWeak ? "weak" : "name")} {name.Text}").Order(StringComparer.Ordinal),
        .. Countries.Order(StringComparer.Ordinal), .. Births.Select(born => born.ToString()).Order(StringComparer.Ordinal),
        .. Wallets.Select(wallet => wallet.ToString()).Order(StringComparer.Ordinal), .. Leis.Order(StringComparer.Ordinal)]);
}

/// <summary>A name of an entry.</summary>
/// <param name="Text">As the list has it.</param>
/// <param name="IsWeak">True for an alias that the publisher calls weak or of low quality: a match flags and never fails.</param>
public sealed record ListName(string Text, bool IsWeak);

/// <summary>Years in which somebody may have been born, both included.</summary>
/// <param name="From">First year.</param>
/// <param name="To">Last year.</param>
public sealed record BirthYears(int From, int To);
