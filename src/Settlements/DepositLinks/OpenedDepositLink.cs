using Keystone.Settlements.Read;

namespace Keystone.Settlements.DepositLinks;

/// <summary>A link that works, with its settlement as the party's platform may read it.</summary>
public sealed class OpenedDepositLink
{
    internal OpenedDepositLink(DepositLinkRow link, SettlementRecord record) => (Link, Record) = (link, record);

    /// <summary>Id of the link, by which its holder's reads are counted.</summary>
    public Guid Id => Link.Id;

    internal DepositLinkRow Link { get; }

    internal SettlementRecord Record { get; }
}
