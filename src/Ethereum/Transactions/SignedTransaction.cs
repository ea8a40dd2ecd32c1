using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Transactions;

/// <summary>A signed transaction as it is sent and stored.</summary>
/// <param name="Hash">keccak-256 of <paramref name="Raw"/>.</param>
/// <param name="Raw">The EIP-2718 envelope, or the bare list of a legacy transaction.</param>
public sealed record SignedTransaction(Hash32 Hash, ReadOnlyMemory<byte> Raw);

/// <summary>What a signed transaction says.</summary>
/// <param name="Transaction">The fields that were signed.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Sender">The account whose key made it.</param>
/// <param name="Hash">Hash of the transaction.</param>
public sealed record DecodedTransaction(UnsignedTransaction Transaction, RecoverableSignature Signature, Address Sender, Hash32 Hash);
