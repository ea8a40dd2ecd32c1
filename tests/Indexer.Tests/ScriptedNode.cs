using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Testing.Scripted;

namespace Keystone.Indexer.Tests;

/// <summary>What a transaction of a scripted block emits.</summary>
sealed record Emitted(Address By, ImmutableArray<Hash32> Topics, byte[] Data);

/// <summary>
/// A node in memory, for what a real one does not do on demand: it forks between two answers, loses logs, has no block that it announced. The chain
/// in it is as consistent as a real one's; only the lies are not.
/// </summary>
sealed class ScriptedNode : IEthereumNode
{
    public static readonly Address Escrow = Address.Parse("0x00000000000000000000000000000000000e5c40");

    readonly ScriptedChain _chain;

    public ScriptedNode(long chainId, string salt) => _chain = new ScriptedChain(chainId, salt);

    ScriptedNode(ScriptedChain chain, string name) => (_chain, Name) = (chain, name);

    public string Name { get; } = "scripted";

    /// <summary>What it serves.</summary>
    public ScriptedChain Scripted => _chain;

    /// <summary>Another node of the same chain.</summary>
    public ScriptedNode Sibling(string name) => new(_chain, name);

    public long ChainId => _chain.ChainId;

    public IReadOnlyList<Hash32> Chain => _chain.View;

    /// <summary>First height whose header has 23 fields; null for none.</summary>
    public long? AmsterdamFrom
    {
        get => _chain.AmsterdamFrom;
        set => _chain.AmsterdamFrom = value;
    }

    /// <summary>First height whose header has a 24th field; null for none.</summary>
    public long? InventedFrom
    {
        get => _chain.InventedFrom;
        set => _chain.InventedFrom = value;
    }

    public long Finalized
    {
        get => _chain.Finalized;
        set => _chain.Finalized = value;
    }

    /// <summary>Called before each answer, with the name of the question; may change the chain or throw.</summary>
    public Action<string>? Asked { get; set; }

    /// <summary>Changes headers on their way out; null for a block that is not there.</summary>
    public Func<BlockHeader, BlockHeader?>? Header { get; set; }

    /// <summary>Changes logs on their way out.</summary>
    public Func<IReadOnlyList<LogEntry>, IReadOnlyList<LogEntry>>? Logs { get; set; }

    /// <summary>Changes receipts on their way out.</summary>
    public Func<IReadOnlyList<TransactionReceipt>, IReadOnlyList<TransactionReceipt>?>? Receipts { get; set; }

    public BlockHeader Head => _chain.Head.Header;

    public IEnumerable<LogEntry> CanonicalLogs => _chain.Blocks.SelectMany(block => block.Logs);

    /// <summary>A new block; each argument is a transaction.</summary>
    public BlockHeader Mine(params Emitted[][] transactions) => _chain.Mine([.. transactions.Select(transaction =>
        ScriptedTransaction.Emitting([.. transaction.Select(emitted => new ScriptedLog(emitted.By, emitted.Topics, emitted.Data))]))]).Header;

    /// <summary>Forgets the blocks above a height.</summary>
    public void ForkAt(long height) => _chain.ForkAt(height);

    /// <summary>Goes back to a chain that was seen before.</summary>
    public void Return(IReadOnlyList<Hash32> view) => _chain.Return([.. view]);

    // ---- what it answers

    public Task<long> GetChainIdAsync(CancellationToken cancellationToken) => Task.FromResult(ChainId);

    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        Asked?.Invoke(block.Tag ?? "block");
        return Task.FromResult(Find(block));
    }

    public Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken)
    {
        Asked?.Invoke("blocks");
        return Task.FromResult<IReadOnlyList<BlockHeader?>>([.. blocks.Select(Find)]);
    }

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        Asked?.Invoke("logs");
        IEnumerable<LogEntry> from = filter.BlockHash is { } hash
            ? _chain.Find(hash)!.Logs
            : CanonicalLogs.Where(log => log.BlockNumber >= filter.FromBlock && log.BlockNumber <= filter.ToBlock);
        IReadOnlyList<LogEntry> found = [.. from.Where(log => (filter.Addresses.Count == 0 || filter.Addresses.Contains(log.Address))
            && filter.Topics.Select((accepted, i) => accepted is not { Count: > 0 } || (i < log.Topics.Length && accepted.Contains(log.Topics[i]))).All(fits => fits))];
        return Task.FromResult(Logs?.Invoke(found) ?? found);
    }

    public Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken)
    {
        Asked?.Invoke("receipts");
        IReadOnlyList<TransactionReceipt> receipts = _chain.Find(block.Hash!.Value)!.Receipts;
        return Task.FromResult(Receipts is null ? receipts : Receipts(receipts));
    }

    public Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) => Task.FromResult<byte[]>([0x60, 0x80]);

    BlockHeader? Find(BlockTag block)
    {
        Hash32? hash = block switch
        {
            { Hash: { } named } => named,
            { Number: { } number } => number < Chain.Count ? Chain[(int)number] : null,
            { Tag: "finalized" } => Chain[(int)Math.Min(Finalized, Chain.Count - 1)],
            _ => Chain[^1],
        };
        BlockHeader? header = hash is { } key ? _chain.Find(key)?.Header : null;
        return header is null || Header is null || block.Tag is not null ? header : Header(header);
    }

    public Task<string> GetClientVersionAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 transaction, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UInt256> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Hash32> GetStorageAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>What the escrow and a token emit, without the contract behind them.</summary>
static class Emit
{
    public static readonly Address Token = Address.Parse("0x0000000000000000000000000000000000070cec");
    public static readonly Address Alice = Address.Parse("0x00000000000000000000000000000000000a11ce");
    public static readonly Address Bob = Address.Parse("0x0000000000000000000000000000000000000b0b");

    public static EscrowTerms Terms(long chainId, byte salt) => new((ulong)chainId, ScriptedNode.Escrow,
        new EscrowHeader(Keccak256.Hash([salt]), 0, 2_000_000_000, Address.Zero, Address.Zero, Hash32.Zero), [Leg(Alice, Bob, 100), Leg(Bob, Alice, 5)]);

    public static Emitted Registered(EscrowTerms terms) => new(ScriptedNode.Escrow, [EscrowLogs.Registered, terms.Id, TransferLog.TopicOf(Alice)],
        EscrowCalls.Register(terms)[4..]);

    public static Emitted[] Deposited(EscrowTerms terms, int index)
    {
        EscrowLeg leg = terms.Legs[index];
        AbiValue words = AbiValue.Tuple(
            AbiValue.Uint((byte)leg.Kind), AbiValue.Uint((byte)leg.Mode), AbiValue.Address(leg.Token), AbiValue.Address(leg.From), AbiValue.Address(leg.To),
            AbiValue.Address(leg.RefundTo), AbiValue.Uint(leg.TokenId), AbiValue.Uint(leg.Amount));
        return
        [
            Transfer(leg.From, leg.Amount),
            new(ScriptedNode.Escrow, [EscrowLogs.Deposited, terms.Id, TransferLog.TopicOf(leg.From)], AbiValue.Tuple(AbiValue.Uint((ulong)index), words).Encode()),
        ];
    }

    public static Emitted Withdrawn(EscrowTerms terms, int index) =>
        new(ScriptedNode.Escrow, [EscrowLogs.Withdrawn, terms.Id, TransferLog.TopicOf(terms.Legs[index].From)], AbiValue.Uint((ulong)index).Encode());

    public static Emitted Executed(EscrowTerms terms) =>
        new(ScriptedNode.Escrow, [EscrowLogs.Executed, terms.Id, TransferLog.TopicOf(Alice)], AbiValue.Uint(0).Encode());

    public static Emitted Transfer(Address from, UInt256 amount) =>
        new(Token, [TransferLog.Topic, TransferLog.TopicOf(from), TransferLog.TopicOf(ScriptedNode.Escrow)], AbiValue.Uint(amount).Encode());

    /// <summary>The protocol's log of ether that moves to the escrow (EIP-7708).</summary>
    public static Emitted Ether(Address from, UInt256 wei) =>
        new(EtherLog.By, [TransferLog.Topic, TransferLog.TopicOf(from), TransferLog.TopicOf(ScriptedNode.Escrow)], AbiValue.Uint(wei).Encode());

    static EscrowLeg Leg(Address from, Address to, ulong amount) =>
        new(TokenKind.Erc20, CustodyMode.Custody, Token, from, to, from, UInt256.Zero, amount);
}
