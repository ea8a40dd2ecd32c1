namespace Keystone.Ethereum.Transactions;

/// <summary>An unsigned dynamic-fee transaction (EIP-1559, type 2) without access list.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Nonce">Nonce of the sender.</param>
/// <param name="MaxPriorityFeePerGas">Tip, wei per gas.</param>
/// <param name="MaxFeePerGas">Cap, wei per gas.</param>
/// <param name="GasLimit">Gas limit.</param>
/// <param name="To">Called account; null creates a contract.</param>
/// <param name="Value">Wei sent along.</param>
/// <param name="Data">Call data or init code.</param>
public sealed record Eip1559Transaction(
    ulong ChainId, ulong Nonce, UInt256 MaxPriorityFeePerGas, UInt256 MaxFeePerGas, ulong GasLimit, Address? To, UInt256 Value,
    ReadOnlyMemory<byte> Data);

/// <summary>A signed transaction as it is sent and stored.</summary>
/// <param name="Hash">keccak-256 of <paramref name="Raw"/>.</param>
/// <param name="Raw">The EIP-2718 envelope.</param>
public sealed record SignedTransaction(Hash32 Hash, ReadOnlyMemory<byte> Raw);
