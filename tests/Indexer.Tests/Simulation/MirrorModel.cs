using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres.Leases;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>
/// The mirror of one chain as the schema's words describe it, in memory: as strict as its constraints, and with the same dump. That it is the same is not
/// believed: <see cref="ShadowedMirror"/> compares it with Postgres, step by step.
/// </summary>
sealed class MirrorModel(Func<DateTimeOffset> now) : IMirror
{
    readonly Dictionary<Hash32, MirrorBlock> _blocks = [];
    readonly SortedDictionary<long, Hash32> _canonical = [];
    readonly Dictionary<(Hash32 Block, int Index), StrayTransfer> _strays = [];
    readonly Dictionary<Hash32, EscrowSnapshot> _records = [];
    readonly List<FeedEntry> _feed = [];

    ChainIdentity? _identity;
    long _start, _number, _finalized = -1, _revision, _epoch;
    string? _halted;
    DateTimeOffset _expires = DateTimeOffset.MinValue;

    public sealed record FeedEntry(long Revision, int Ordinal, string Kind, Hash32? Id);

    public IReadOnlyList<FeedEntry> Feed => _feed;

    public long Number => _number;

    public long Finalized => _finalized;

    public long Revision => _revision;

    public long Epoch => _epoch;

    public string? Halted => _halted;

    public bool IsLeaseExpired => _expires < now();

    public Hash32? Head => _canonical.TryGetValue(_number, out Hash32 hash) ? hash : null;

    public IEnumerable<Hash32> Known => _records.Keys;

    /// <summary>Logs of the canonical blocks, in order.</summary>
    public IEnumerable<LogEntry> Logs => _canonical.Values.SelectMany(hash => _blocks[hash].Logs).Select(log => log.Log);

    public Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken)
    {
        if (_identity is null) (_identity, _start, _number) = (identity, startBlock, startBlock - 1);
        return Task.CompletedTask;
    }

    public Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
    {
        if (!IsLeaseExpired) return Task.FromResult<long?>(null);
        _expires = now() + ttl;
        return Task.FromResult<long?>(++_epoch);
    }

    public Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken)
    {
        if (epoch != _epoch) return Task.FromResult(false);
        // What ends now is over at the next look.
        _expires = now() + (ttl > TimeSpan.Zero ? ttl : TimeSpan.FromTicks(-1));
        return Task.FromResult(true);
    }

    public Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken) =>
        Task.FromResult(_identity is null ? null : new MirrorPosition(_identity, _start, _number, _finalized, _revision, _halted));

    public Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken) => Task.FromResult(KnownChain.Of(
        position.StartBlock, position.Number, position.Finalized,
        _canonical.Where(block => block.Key >= Math.Min(position.Finalized, position.Number)).Select(block => new BlockRef(block.Key, block.Value)), most));

    public Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken)
    {
        Fence(epoch);
        if (_revision != step.Revision) throw new InvalidOperationException($"The mirror is at revision {_revision}, not at {step.Revision} as this step believes.");
        if (step.Blocks.IsEmpty && !(step.Finalized?.Number > _finalized)) throw new InvalidOperationException("The finality did not move.");
        List<Hash32> removed = [.. _canonical.Where(block => block.Key > step.ForkPoint).Select(block => block.Value)];
        foreach (Hash32 hash in removed)
        {
            _canonical.Remove(_blocks[hash].Header.Number);
            foreach (StrayTransfer stray in _blocks[hash].Strays) _strays.Remove((hash, stray.Log.LogIndex));
        }
        HashSet<Hash32> retracted = IdsIn(removed.Select(hash => _blocks[hash]));
        HashSet<Hash32> applied = IdsIn(step.Blocks);
        if (step.Earlier is { } earlier && IdsIn(_canonical.Values.Select(hash => _blocks[hash])).FirstOrDefault(id => applied.Contains(id) && !earlier.Contains(id)) is { IsZero: false } missed)
            throw new InvalidOperationException($"{missed} has logs in the mirror, and the step says that it has none.");
        foreach (MirrorBlock block in step.Blocks)
        {
            // One that comes back is there with the logs that it comes back with.
            if (_blocks.ContainsKey(block.Header.Hash) && _canonical.ContainsValue(block.Header.Hash)) throw new InvalidOperationException("A block twice.");
            _blocks[block.Header.Hash] = block;
            _canonical.Add(block.Header.Number, block.Header.Hash);
            foreach (StrayTransfer stray in block.Strays) _strays.Add((block.Header.Hash, stray.Log.LogIndex), stray);
        }
        HashSet<Hash32> touched = [.. retracted, .. applied];
        Fold(chainId, touched);
        _revision++;
        Report([.. retracted.Order().Select(id => ("retract", (Hash32?)id)), .. applied.Order().Select(id => ("apply", (Hash32?)id))]);
        if (!step.Blocks.IsEmpty) _number = step.Blocks[^1].Header.Number;
        _finalized = Math.Max(_finalized, step.Finalized?.Number ?? -1);
        return Task.FromResult(new StepOutcome(_revision, removed.Count, retracted.Count, applied.Count));
    }

    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken)
    {
        Fence(epoch);
        (_halted, _revision) = (reason, _revision + 1);
        Report([]);
        return Task.CompletedTask;
    }

    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken)
    {
        Fence(epoch);
        _revision++;
        List<(string, Hash32?)> told = [.. _records.Keys.Order().Select(id => ("retract", (Hash32?)id))];
        _records.Clear();
        Fold(chainId, IdsIn(_canonical.Values.Select(hash => _blocks[hash])));
        Report([.. told, .. _records.Keys.Order().Select(id => ("apply", (Hash32?)id))]);
        return Task.CompletedTask;
    }

    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken)
    {
        Fence(epoch);
        _revision++;
        Report([.. _records.Keys.Order().Select(id => ("retract", (Hash32?)id))]);
        _records.Clear();
        _strays.Clear();
        _canonical.Clear();
        _blocks.Clear();
        (_start, _number, _finalized, _halted) = (startBlock, startBlock - 1, -1, reason);
        return Task.CompletedTask;
    }

    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken)
    {
        Fence(epoch);
        (_halted, _revision) = (null, _revision + 1);
        Report([]);
        return Task.CompletedTask;
    }

    /// <summary>A settlement as its rows in the dump; empty when there is none.</summary>
    public string RowsOf(Hash32 id)
    {
        if (!_records.TryGetValue(id, out EscrowSnapshot? record)) return "";
        StringBuilder text = new();
        WriteRecord(text, record);
        WriteLegs(text, record);
        return text.ToString();
    }

    /// <summary>The canonical content, in the words of <see cref="MirrorDump"/>.</summary>
    public string Dump()
    {
        StringBuilder text = new();
        EscrowSnapshot[] records = [.. _records.Values.OrderBy(record => record.Id)];
        foreach (EscrowSnapshot record in records) WriteRecord(text, record);
        foreach (EscrowSnapshot record in records) WriteLegs(text, record);
        foreach ((LogEntry log, TransferLog transfer) in _strays.Values.OrderBy(stray => (stray.Log.BlockNumber, stray.Log.LogIndex)))
            Row(text, "stray_transfer", log.BlockNumber, log.LogIndex, log.BlockHash, log.TransactionHash, transfer.Token, transfer.Sender, transfer.Amount);
        MirrorBlock[] blocks = [.. _canonical.Values.Select(hash => _blocks[hash]).Where(block => !block.Logs.IsEmpty)];
        foreach (MirrorBlock block in blocks) Row(text, "block", block.Header.Number, block.Header.Hash, block.Header.ParentHash, block.Header.Timestamp);
        foreach (MirrorLog log in blocks.SelectMany(block => block.Logs))
        {
            LogEntry entry = log.Log;
            Row(text, "log", entry.BlockNumber, entry.LogIndex, entry.BlockHash, entry.TransactionHash, entry.TransactionIndex, entry.Address, string.Join(',', entry.Topics),
                Hex.Encode(entry.Data.Span), log.Decoded, log.EscrowId);
        }
        return text.ToString();
    }

    void Fence(long epoch)
    {
        if (epoch != _epoch) throw new LeaseLostException("Another indexer holds the lease of this chain.");
    }

    static HashSet<Hash32> IdsIn(IEnumerable<MirrorBlock> blocks) =>
        [.. blocks.SelectMany(block => block.Logs).Where(log => log.EscrowId is not null).Select(log => log.EscrowId!.Value)];

    void Fold(long chainId, HashSet<Hash32> ids)
    {
        foreach (Hash32 id in ids) _records.Remove(id);
        // From the raw logs: the events that the mirror under test decoded and kept are what is checked.
        foreach (EscrowSnapshot record in EscrowProjection.Fold(
            from hash in _canonical.Values
            from log in _blocks[hash].Logs
            where log.EscrowId is { } id && ids.Contains(id)
            select new PlacedEvent(EscrowLogs.Decode((ulong)chainId, log.Log)!, log.At)))
            _records.Add(record.Id, record);
    }

    void Report(ImmutableArray<(string Kind, Hash32? Id)> rows)
    {
        if (rows.IsEmpty) rows = [("head", null)];
        for (int i = 0; i < rows.Length; i++) _feed.Add(new FeedEntry(_revision, i, rows[i].Kind, rows[i].Id));
    }

    void WriteRecord(StringBuilder text, EscrowSnapshot record) => Row(
        text, "escrow", record.Id, _identity!.Escrow, record.Reference, (int)record.State, record.Registered is not null,
        record.Deadline?.ToInt64(), record.FirstBlock, record.Registered?.Block,
        record.Registered?.Transaction, record.Executed?.Block, record.Executed?.Transaction, record.Cancelled?.Block, record.Cancelled?.Transaction,
        record.Legs.Any(leg => leg.Status == LegStatus.Deposited));

    static void WriteLegs(StringBuilder text, EscrowSnapshot record)
    {
        for (int i = 0; i < record.Legs.Length; i++)
        {
            (EscrowLeg? leg, LegStatus status, LogPosition? changed, LogPosition? deposited) = record.Legs[i];
            Row(text, "escrow_leg", record.Id, i, leg?.Token, leg?.TokenId, leg?.Amount, leg?.From, leg?.To, leg?.RefundTo, status.ToString().ToLowerInvariant(),
                changed?.Block, changed?.Transaction, changed?.LogIndex, deposited?.Block, deposited?.Transaction, deposited?.LogIndex);
        }
    }

    static void Row(StringBuilder text, string table, params ReadOnlySpan<object?> values)
    {
        text.Append(table);
        foreach (object? value in values)
        {
            text.Append('\t').Append(value switch
            {
                null => "-",
                bool flag => flag ? "true" : "false",
                Address account => Hex.Encode(account.ToBytes()),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            });
        }
        text.Append('\n');
    }
}
