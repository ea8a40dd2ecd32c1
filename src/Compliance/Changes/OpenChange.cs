using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;
using Keystone.Domain.Engine;
using Keystone.Ethereum;

namespace Keystone.Compliance.Changes;

/// <summary>A change of a list that live parties are compared with: only with its entries, and not with the whole list.</summary>
public sealed class OpenChange
{
    readonly string[] _actions;
    readonly NameIndex _index;
    readonly ILookup<Address, int> _wallets;
    readonly ILookup<string, int> _leis;

    internal OpenChange(Guid id, string source, Guid cursor, ListChange change)
    {
        (Id, Source, Cursor) = (id, source, cursor);
        (ListEntry Entry, string Action)[] entries = [.. change.Entries];
        _actions = [.. entries.Select(one => one.Action)];
        _index = new NameIndex([.. entries.Select(one => one.Entry)]);
        _wallets = entries.SelectMany((one, at) => one.Entry.Wallets.Select(wallet => (wallet, at))).ToLookup(one => one.wallet, one => one.at);
        _leis = entries.SelectMany((one, at) => one.Entry.Leis.Select(lei => (lei, at))).ToLookup(one => one.lei, one => one.at, StringComparer.Ordinal);
    }

    /// <summary>Id of the change.</summary>
    public Guid Id { get; }

    /// <summary>Name of the list.</summary>
    public string Source { get; }

    /// <summary>Settlement up to which parties have been compared.</summary>
    public Guid Cursor { get; }

    /// <summary>Entries of the change that a party is like.</summary>
    public IReadOnlyList<TouchedParty> Touching(ScreeningSubject subject, double threshold)
    {
        ArgumentNullException.ThrowIfNull(subject);
        IEnumerable<int> entries = subject.Layer == ScreeningLayer.Wallet ? subject.Wallets.SelectMany(wallet => _wallets[wallet])
            : [.. subject.Lei is { } lei ? _leis[lei.ToUpperInvariant()] : [], .. subject.Name is { } name ? _index.Find(NameForm.Of(name), threshold).Select(hit => hit.Entry) : []];
        return [.. entries.Distinct().Select(at => new TouchedParty(subject.PartyId, subject.Layer, _index.Entries[at].Id, _actions[at])).Distinct()];
    }
}
