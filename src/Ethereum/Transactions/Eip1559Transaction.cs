using System.Collections.Immutable;

namespace Keystone.Ethereum.Transactions;

/// <summary>A dynamic-fee transaction before it is signed (EIP-1559, type 2): the only kind that this system sends.</summary>
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
    ReadOnlyMemory<byte> Data)
{
    /// <summary>Accounts and storage slots declared beforehand (EIP-2930); empty by default.</summary>
    public ImmutableArray<AccessListEntry> AccessList { get; init; } = [];
}

/// <summary>An account and storage slots that a transaction declares beforehand (EIP-2930).</summary>
/// <param name="Account">The account.</param>
/// <param name="StorageKeys">Keys of its storage.</param>
public sealed record AccessListEntry(Address Account, ImmutableArray<Hash32> StorageKeys);
