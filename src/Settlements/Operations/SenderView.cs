using System.ComponentModel;

namespace Keystone.Settlements.Operations;

/// <summary>An account that sends transactions, and what it still holds.</summary>
public sealed record SenderView(
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("The account, EIP-55.")] string Address,
    [property: Description("standby (a keeper has its key, it sends nothing), active (it takes new work, and new terms name it as operator), draining (it ends what it began), dedicated (it attests and never goes into service) or retired.")] string Status,
    [property: Description("Since when it has the status.")] DateTimeOffset StatusAt,
    [property: Description("When a keeper said last that it has the key; null for never.")] DateTimeOffset? KeySeenAt,
    [property: Description("Open settlements whose terms name it as operator: only it can cancel them on the chain.")] long OpenSettlements,
    [property: Description("Nonces whose transaction is not final.")] long OpenNonces,
    [property: Description("Transactions that are wanted and that it carries, or alone may carry.")] long OpenIntents);
