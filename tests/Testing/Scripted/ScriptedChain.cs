using System.Collections.Immutable;
using System.Text;
using Keystone.Ethereum;
using Keystone.Ethereum.Proofs;
using Keystone.Ethereum.Rlp;

namespace Keystone.Testing.Scripted;

/// <summary>A log that a scripted transaction emits.</summary>
public sealed record ScriptedLog(Address By, ImmutableArray<Hash32> Topics, ReadOnlyMemory<byte> Data);

/// <summary>A transaction of a scripted block.</summary>
public sealed record ScriptedTransaction(ImmutableArray<ScriptedLog> Logs)
{
    /// <summary>Sender; counts for its nonce.</summary>
    public Address From { get; init; }

    /// <summary>Called account.</summary>
    public Address? To { get; init; }

    /// <summary>False for one that reverted.</summary>
    public bool Succeeded { get; init; } = true;

    /// <summary>Gas that it used.</summary>
    public ulong GasUsed { get; init; } = 50_000;

    /// <summary>Wei per gas that it paid.</summary>
    public UInt256 GasPrice { get; init; } = 1_000_000_000UL;

    /// <summary>The signed bytes, where there are some; else the transaction has a hash of its own making.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>A transaction that emits these logs.</summary>
    public static ScriptedTransaction Emitting(params ReadOnlySpan<ScriptedLog> logs) => new([.. logs]);
}

/// <summary>A block with everything that a node can be asked of it.</summary>
public sealed record ScriptedBlock(BlockHeader Header, ImmutableArray<TransactionReceipt> Receipts)
{
    /// <summary>All logs in order.</summary>
    public IEnumerable<LogEntry> Logs => Receipts.SelectMany(receipt => receipt.Logs);

    /// <summary>Value of the 24th field of a fork that does not exist; null before it.</summary>
    public Hash32? Invented { get; init; }
}

/// <summary>
/// A chain in memory that a test makes block by block and forks as it likes. Its hashes, roots and filters are those that a real chain would have: what
/// proves a block proves these too. Safe to be read by nodes while a test changes it.
/// </summary>
public sealed class ScriptedChain
{
    readonly Lock _gate = new();
    readonly string _salt;
    readonly Dictionary<Hash32, ScriptedBlock> _all = [];
    ImmutableArray<Hash32> _canonical = [];
    int _mined;

    /// <summary>A chain of block 0 alone.</summary>
    /// <param name="chainId">EIP-155 id.</param>
    /// <param name="salt">Chains of another salt share no block.</param>
    public ScriptedChain(long chainId, string salt = "")
    {
        (ChainId, _salt) = (chainId, salt);
        Mine();
    }

    /// <summary>EIP-155 chain id.</summary>
    public long ChainId { get; }

    /// <summary>Seconds from one block to the next.</summary>
    public ulong BlockSeconds { get; set; } = 12;

    /// <summary>Base fee of the blocks that are mined from now on, in wei.</summary>
    public UInt256 BaseFee { get; set; } = 7UL;

    /// <summary>Name of the header's 24th field, which no fork has.</summary>
    public const string InventedMember = "inventedRoot";

    /// <summary>First height whose header has the 23 fields of Amsterdam; null for none.</summary>
    public long? AmsterdamFrom { get; set; }

    /// <summary>First height whose header has a 24th field (<see cref="InventedMember"/>); null for none. Not below <see cref="AmsterdamFrom"/>.</summary>
    public long? InventedFrom { get; set; }

    /// <summary>Height of the finalized block; not below 0.</summary>
    public long Finalized { get; set; }

    /// <summary>Called after each change of the head.</summary>
    public event Action? HeadChanged;

    /// <summary>The chain, from block 0 to its head, as it is at this moment.</summary>
    public IReadOnlyList<ScriptedBlock> Blocks
    {
        get
        {
            lock (_gate) return [.. _canonical.Select(hash => _all[hash])];
        }
    }

    /// <summary>Number of blocks, block 0 included.</summary>
    public int Length
    {
        get
        {
            lock (_gate) return _canonical.Length;
        }
    }

    /// <summary>The newest block.</summary>
    public ScriptedBlock Head
    {
        get
        {
            lock (_gate) return _all[_canonical[^1]];
        }
    }

    /// <summary>Hashes of the chain as it is at this moment: what a node that has stopped goes on to see.</summary>
    public ImmutableArray<Hash32> View
    {
        get
        {
            lock (_gate) return _canonical;
        }
    }

    /// <summary>A block of this chain or of a fork that was left.</summary>
    public ScriptedBlock? Find(Hash32 hash)
    {
        lock (_gate) return _all.GetValueOrDefault(hash);
    }

    /// <summary>A new block on the head.</summary>
    public ScriptedBlock Mine(params ReadOnlySpan<ScriptedTransaction> transactions)
    {
        ScriptedBlock block;
        lock (_gate)
        {
            block = Make(_canonical.IsEmpty ? null : _all[_canonical[^1]].Header, transactions);
            _all[block.Header.Hash] = block;
            _canonical = _canonical.Add(block.Header.Hash);
        }
        HeadChanged?.Invoke();
        return block;
    }

    /// <summary>Empty blocks.</summary>
    public void MineEmpty(int count)
    {
        for (int i = 0; i < count; i++) Mine();
    }

    /// <summary>Leaves the blocks above a height; what is mined next makes another fork.</summary>
    /// <returns>The blocks that were left, the lowest first.</returns>
    public IReadOnlyList<ScriptedBlock> ForkAt(long height)
    {
        IReadOnlyList<ScriptedBlock> left;
        lock (_gate)
        {
            left = [.. _canonical.Skip((int)height + 1).Select(hash => _all[hash])];
            _canonical = _canonical[..((int)height + 1)];
        }
        HeadChanged?.Invoke();
        return left;
    }

    /// <summary>Replaces the newest blocks by as many empty ones, and one more, so that the new fork is the longer one.</summary>
    public IReadOnlyList<ScriptedBlock> Reorg(int depth)
    {
        IReadOnlyList<ScriptedBlock> left = ForkAt(Length - 1 - depth);
        MineEmpty(depth + 1);
        return left;
    }

    /// <summary>Goes back to a chain that was seen before (<see cref="View"/>).</summary>
    public void Return(ImmutableArray<Hash32> view)
    {
        lock (_gate) _canonical = view;
        HeadChanged?.Invoke();
    }

    // No two blocks are alike, though they may hold the same: each has its number in the order of mining in its extra data.
    ScriptedBlock Make(BlockHeader? parent, ReadOnlySpan<ScriptedTransaction> transactions)
    {
        byte[] extra = Keccak256.Hash(Encoding.UTF8.GetBytes($"{_salt}/{ChainId}/{++_mined}")).ToBytes();
        List<(ScriptedTransaction Transaction, Hash32 Hash, ReadOnlyMemory<byte> Leaf)> mined = [];
        foreach (ScriptedTransaction transaction in transactions)
        {
            byte[] made = [0x02, .. extra, (byte)mined.Count, (byte)(mined.Count >> 8)];
            ReadOnlyMemory<byte> raw = transaction.Raw.IsEmpty ? made : transaction.Raw;
            mined.Add((transaction, Keccak256.Hash(raw.Span), raw));
        }
        ulong gas = 0;
        ImmutableArray<TransactionReceipt>.Builder receipts = ImmutableArray.CreateBuilder<TransactionReceipt>(mined.Count);
        int index = 0;
        long number = parent is null ? 0 : parent.Number + 1;
        foreach ((ScriptedTransaction transaction, Hash32 hash, _) in mined)
        {
            gas += transaction.GasUsed;
            // Its block's hash follows when the header is there.
            ImmutableArray<LogEntry> logs = [.. (transaction.Succeeded ? transaction.Logs : []).Select(log =>
                new LogEntry(log.By, log.Topics, log.Data, number, Hash32.Zero, hash, receipts.Count, index++))];
            receipts.Add(new TransactionReceipt(
                hash, receipts.Count, Hash32.Zero, number, transaction.From, transaction.To, null, transaction.Succeeded, 2, transaction.GasUsed, gas, transaction.GasPrice,
                LogsBloom.Of(logs), logs));
        }
        BlockHeader header = new(
            number, Hash32.Zero, parent?.Hash ?? Hash32.Zero, parent is null ? 1_700_000_000 : parent.Timestamp + BlockSeconds, ReceiptCodec.RootOf(receipts),
            LogsBloom.Of(receipts.SelectMany(receipt => receipt.Logs)), BaseFee, 30_000_000)
        {
            Fields = new HeaderFields
            {
                OmmersHash = Keccak256.Hash([0xc0]),
                Beneficiary = Address.Zero,
                StateRoot = Keccak256.Hash(extra),
                TransactionsRoot = OrderedTrie.RootOf([.. mined.Select(entry => entry.Leaf)]),
                Difficulty = UInt256.Zero,
                GasUsed = gas,
                ExtraData = extra,
                MixHash = Hash32.Zero,
                Nonce = new byte[8],
                WithdrawalsRoot = OrderedTrie.EmptyRoot,
                BlobGasUsed = 0,
                ExcessBlobGas = 0,
                ParentBeaconBlockRoot = Hash32.Zero,
                RequestsHash = Hash32.Zero,
                BlockAccessListHash = number >= AmsterdamFrom ? AccessListOf(extra) : null,
                SlotNumber = number >= AmsterdamFrom ? (ulong)(number - AmsterdamFrom.Value) : null,
            },
        };
        Hash32? invented = number >= InventedFrom ? Keccak256.Hash([.. extra, 24]) : null;
        Hash32 own = invented is { } field ? HashWith(header, field) : HeaderCodec.HashOf(header)!.Value;
        if (invented is not null) header = header with { Fields = header.Fields with { UnknownMembers = [InventedMember] } };
        return new ScriptedBlock(header with { Hash = own }, [.. receipts.Select(receipt => receipt with
        {
            BlockHash = own,
            Logs = [.. receipt.Logs.Select(log => log with { BlockHash = own })],
        })])
        { Invented = invented };
    }

    /// <summary>Hash of a header by a build that knows the invented field, of a block of this chain; by its other fields where it has none.</summary>
    public Hash32? HashOf(BlockHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return header.Fields?.UnknownMembers.Contains(InventedMember) == true && Find(header.Hash)?.Invented is { } invented ? HashWith(header, invented) : HeaderCodec.HashOf(header);
    }

    // Begins with a zero byte, which an encoding as an integer would lose.
    static Hash32 AccessListOf(byte[] extra)
    {
        byte[] bytes = Keccak256.Hash([.. extra, 23]).ToBytes();
        bytes[0] = 0;
        return new Hash32(bytes);
    }

    /// <summary>Hash of a header of 23 fields with one more behind them.</summary>
    static Hash32 HashWith(BlockHeader header, Hash32 field)
    {
        HeaderFields fields = header.Fields!;
        RlpWriter writer = new();
        return Keccak256.Hash(writer.List(list => list.Bytes(header.ParentHash.ToBytes()).Bytes(fields.OmmersHash.ToBytes()).Bytes(fields.Beneficiary.ToBytes())
            .Bytes(fields.StateRoot.ToBytes()).Bytes(fields.TransactionsRoot.ToBytes()).Bytes(header.ReceiptsRoot.ToBytes()).Bytes(header.LogsBloom.Span)
            .Integer(fields.Difficulty).Integer((ulong)header.Number).Integer(header.GasLimit).Integer(fields.GasUsed).Integer(header.Timestamp)
            .Bytes(fields.ExtraData.Span).Bytes(fields.MixHash.ToBytes()).Bytes(fields.Nonce.Span).Integer(header.BaseFeePerGas!.Value)
            .Bytes(fields.WithdrawalsRoot!.Value.ToBytes()).Integer(fields.BlobGasUsed!.Value).Integer(fields.ExcessBlobGas!.Value)
            .Bytes(fields.ParentBeaconBlockRoot!.Value.ToBytes()).Bytes(fields.RequestsHash!.Value.ToBytes()).Bytes(fields.BlockAccessListHash!.Value.ToBytes())
            .Integer(fields.SlotNumber!.Value).Bytes(field.ToBytes())).ToArray());
    }
}
