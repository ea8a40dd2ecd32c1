namespace Keystone.Ethereum.Transactions;

/// <summary>A signed transaction as it is sent and stored.</summary>
/// <param name="Hash">keccak-256 of <paramref name="Raw"/>.</param>
/// <param name="Raw">The EIP-2718 envelope.</param>
public sealed record SignedTransaction(Hash32 Hash, ReadOnlyMemory<byte> Raw);
