using System.Collections.Immutable;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Transactions;

/// <summary>What is common to the transactions that a key signs.</summary>
public abstract record UnsignedTransaction
{
    private protected UnsignedTransaction()
    {
    }

    /// <summary>EIP-2718 type; 0 is a legacy transaction, which has no envelope.</summary>
    public abstract byte Type { get; }

    internal abstract void WriteFields(RlpWriter list);

    private protected static void WriteCall(RlpWriter list, Address? to, UInt256 value, ReadOnlyMemory<byte> data)
    {
        Span<byte> account = stackalloc byte[Address.Size];
        to?.CopyTo(account);
        list.Bytes(to is null ? [] : account).Integer(value).Bytes(data.Span);
    }

    private protected static void WriteAccess(RlpWriter list, ImmutableArray<AccessListEntry> accessList) => list.List(entries =>
    {
        foreach (AccessListEntry entry in accessList.IsDefault ? [] : accessList)
        {
            entries.List(fields => fields.Bytes(entry.Account.ToBytes()).List(slots =>
            {
                foreach (Hash32 slot in entry.Slots) slots.Bytes(slot.ToBytes());
            }));
        }
    });
}

/// <summary>An account and storage slots that a transaction declares beforehand (EIP-2930).</summary>
/// <param name="Account">The account.</param>
/// <param name="Slots">Keys of its storage.</param>
public sealed record AccessListEntry(Address Account, ImmutableArray<Hash32> Slots);

/// <summary>A legacy transaction.</summary>
/// <param name="ChainId">EIP-155 chain id; null signs without one, so that the transaction is valid on every chain.</param>
/// <param name="Nonce">Nonce of the sender.</param>
/// <param name="GasPrice">Wei per gas.</param>
/// <param name="GasLimit">Gas limit.</param>
/// <param name="To">Called account; null creates a contract.</param>
/// <param name="Value">Wei sent along.</param>
/// <param name="Data">Call data or init code.</param>
public sealed record LegacyTransaction(
    ulong? ChainId, ulong Nonce, UInt256 GasPrice, ulong GasLimit, Address? To, UInt256 Value, ReadOnlyMemory<byte> Data) : UnsignedTransaction
{
    /// <inheritdoc/>
    public override byte Type => 0;

    internal override void WriteFields(RlpWriter list)
    {
        list.Integer(Nonce).Integer(GasPrice).Integer(GasLimit);
        WriteCall(list, To, Value, Data);
    }
}

/// <summary>A transaction with an access list and one price (EIP-2930, type 1).</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Nonce">Nonce of the sender.</param>
/// <param name="GasPrice">Wei per gas.</param>
/// <param name="GasLimit">Gas limit.</param>
/// <param name="To">Called account; null creates a contract.</param>
/// <param name="Value">Wei sent along.</param>
/// <param name="Data">Call data or init code.</param>
public sealed record Eip2930Transaction(
    ulong ChainId, ulong Nonce, UInt256 GasPrice, ulong GasLimit, Address? To, UInt256 Value, ReadOnlyMemory<byte> Data) : UnsignedTransaction
{
    /// <summary>Accounts and slots declared beforehand.</summary>
    public ImmutableArray<AccessListEntry> AccessList { get; init; } = [];

    /// <inheritdoc/>
    public override byte Type => 1;

    internal override void WriteFields(RlpWriter list)
    {
        list.Integer(ChainId).Integer(Nonce).Integer(GasPrice).Integer(GasLimit);
        WriteCall(list, To, Value, Data);
        WriteAccess(list, AccessList);
    }
}

/// <summary>A dynamic-fee transaction (EIP-1559, type 2).</summary>
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
    ReadOnlyMemory<byte> Data) : UnsignedTransaction
{
    /// <summary>Accounts and slots declared beforehand.</summary>
    public ImmutableArray<AccessListEntry> AccessList { get; init; } = [];

    /// <inheritdoc/>
    public override byte Type => 2;

    internal override void WriteFields(RlpWriter list)
    {
        list.Integer(ChainId).Integer(Nonce).Integer(MaxPriorityFeePerGas).Integer(MaxFeePerGas).Integer(GasLimit);
        WriteCall(list, To, Value, Data);
        WriteAccess(list, AccessList);
    }
}
