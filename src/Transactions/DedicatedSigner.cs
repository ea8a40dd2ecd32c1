using Keystone.Ethereum.Signing;

namespace Keystone.Transactions;

/// <summary>An account that carries out the intents which name it as the only one, and never goes into service.</summary>
/// <param name="Signer">Its key.</param>
/// <param name="ChainIds">EIP-155 ids of the chains on which it sends.</param>
public sealed record DedicatedSigner(ITransactionSigner Signer, IReadOnlyCollection<long> ChainIds);
