using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>An account that sends transactions on a chain.</summary>
/// <param name="ChainId">EIP-155 id of the chain.</param>
/// <param name="Address">The account.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="StatusAt">Since when, UTC.</param>
/// <param name="KeySeenAt">When a keeper said last that it has the key, UTC; null for never.</param>
/// <param name="OpenNonces">Nonces whose transaction is not final.</param>
/// <param name="OpenIntents">Intents that it carries, or that it alone may carry out, and that are neither done nor obsolete.</param>
public sealed record SenderAccount(long ChainId, Address Address, SenderStatus Status, DateTimeOffset StatusAt, DateTimeOffset? KeySeenAt, long OpenNonces, long OpenIntents);
