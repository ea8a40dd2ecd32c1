using System.Collections.Concurrent;
using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Postgres.Faults;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Signs, commits, and then broadcasts: the bytes of an attempt are in the database before any node has seen them, so that after a crash the same
/// bytes are broadcast again. State in memory only saves calls.
/// </summary>
internal sealed partial class Broadcaster(
    AttemptStore store, IReadOnlyList<IEthereumNode> nodes, ITransactionSigner signer, GasLimits gas, long chainId, TimeProvider time, ILogger log, TransactionsHealth? health = null)
{
    /// <summary>Transactions that are signed and broadcast together.</summary>
    public const int AtOnce = 16;

    const int MostMessages = 100;

    static readonly TimeSpan RebroadcastAfter = TimeSpan.FromSeconds(5);

    readonly Dictionary<Hash32, (long Head, long At)> _broadcasts = [];
    readonly ConcurrentDictionary<string, bool> _unknown = new(StringComparer.Ordinal);
    readonly HashSet<Hash32> _refused = [];

    /// <summary>True if no node accepted the attempt and at least one rejected its price as too low.</summary>
    public bool IsUnderpriced(Attempt attempt) => _refused.Contains(attempt.Hash);

    /// <summary>Signs and commits one attempt; null if the signer failed.</summary>
    public async Task<Attempt?> SignAsync(long epoch, NonceEntry entry, AttemptFee fee, long head, bool asFill, string kind, CancellationToken cancellationToken) =>
        (await SignAsync(epoch, [(entry, fee)], head, asFill, kind, cancellationToken)).GetValueOrDefault(entry.Nonce);

    /// <summary>Signs and commits; returns the attempts by nonce, without those for which the signer failed.</summary>
    public async Task<Dictionary<long, Attempt>> SignAsync(
        long epoch, IReadOnlyList<(NonceEntry Entry, AttemptFee Fee)> entries, long head, bool asFill, string kind, CancellationToken cancellationToken)
    {
        // Read before signing: a price that rises meanwhile must not count as included.
        ulong storageSlotGas = gas.NewStorageSlot;
        NewAttempt[] signed = [.. (await Task.WhenAll(entries.Select(one => SignOneAsync(one.Entry, one.Fee, head, storageSlotGas, asFill, cancellationToken)))).OfType<NewAttempt>()];
        if (signed.Length == 0) return [];
        CrashPoint.Reach(CrashPoint.Signed);
        await store.AddAsync(epoch, signed, cancellationToken);
        CrashPoint.Reach(CrashPoint.SignatureCommitted);
        TransactionsMetrics.Attempts.Add(signed.Length, new KeyValuePair<string, object?>("kind", kind));
        foreach (NewAttempt one in signed) Signed(one.Entry.Nonce, one.Ordinal, one.Signed.Hash, kind);
        return signed.ToDictionary(one => one.Entry.Nonce, one => new Attempt(one.Signed.Hash, one.Ordinal, one.Signed.Raw, one.Fee, head, one.StorageSlotGas));
    }

    async Task<NewAttempt?> SignOneAsync(NonceEntry entry, AttemptFee fee, long head, ulong storageSlotGas, bool asFill, CancellationToken cancellationToken)
    {
        try
        {
            SignedTransaction signed = await signer.SignAsync(
                new Eip1559Transaction((ulong)chainId, (ulong)entry.Nonce, fee.Tip, fee.MaxFee, entry.Gas, entry.To, UInt256.Zero, entry.Data),
                cancellationToken);
            health?.SignerWorks(signer.Address);
            return new NewAttempt(entry, entry.Attempts.IsEmpty ? 0 : entry.Latest!.Ordinal + 1, signed, fee, head, storageSlotGas, asFill);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotSigned(e, entry.Nonce);
            health?.SignerFailed(signer.Address, e.Message);
            return null;
        }
    }

    /// <summary>Broadcasts one attempt to all nodes.</summary>
    public Task BroadcastAsync(Attempt attempt, long head, CancellationToken cancellationToken) => BroadcastAsync([attempt], head, cancellationToken);

    /// <summary>Broadcasts to all nodes each attempt that was not broadcast at this head, or not within the last five seconds, and stores their responses.</summary>
    public async Task BroadcastAsync(IReadOnlyList<Attempt> attempts, long head, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        Attempt[] due = [.. attempts.Where(attempt =>
            !_broadcasts.TryGetValue(attempt.Hash, out (long Head, long At) last) || last.Head != head || time.GetElapsedTime(last.At, now) >= RebroadcastAfter)];
        foreach (Attempt[] part in due.Chunk(AtOnce))
        {
            foreach (Attempt attempt in part) _broadcasts[attempt.Hash] = (head, now);
            (Attempt Attempt, string Node, BroadcastResponse Response)[] received = await Task.WhenAll(part.SelectMany(attempt => nodes.Select(async (node, index) =>
                (attempt, $"node-{index}", await AskAsync(node, attempt, cancellationToken)))));
            foreach ((_, string node, BroadcastResponse response) in received) TransactionsMetrics.Broadcasts.Add(1, new("node", node), new("response", response.ToString()));
            await store.RecordBroadcastsAsync([.. received.Select(one => (one.Attempt.Hash, one.Node, one.Response))], cancellationToken);
            CrashPoint.Reach(CrashPoint.Broadcast);
            foreach (IGrouping<Hash32, BroadcastResponse> responses in received.GroupBy(one => one.Attempt.Hash, one => one.Response))
                if (responses.Any(response => response is BroadcastResponse.Underpriced or BroadcastResponse.FeeBelowBase) && !responses.Any(response => response is BroadcastResponse.Accepted or BroadcastResponse.Known))
                    _refused.Add(responses.Key);
        }
    }

    async Task<BroadcastResponse> AskAsync(IEthereumNode node, Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            SendResponse sent = await node.SendRawTransactionAsync(attempt.Raw, cancellationToken);
            BroadcastResponse response = BroadcastResponses.Read(sent);
            if (response is not (BroadcastResponse.Accepted or BroadcastResponse.Known)) Refused(attempt.Hash, response, sent.ErrorMessage);
            if (response == BroadcastResponse.Unknown) Unknown(node.Name, sent);
            return response;
        }
        catch (NodeException e)
        {
            Refused(attempt.Hash, BroadcastResponse.Unknown, e.Message);
            return BroadcastResponse.Unknown;
        }
    }

    // Each message once: somebody may add it to the table.
    void Unknown(string node, SendResponse sent)
    {
        TransactionsMetrics.UnknownErrors.Add(1, new KeyValuePair<string, object?>("node", node));
        string shape = string.Concat((sent.ErrorMessage ?? "").Where(c => !char.IsAsciiHexDigit(c)).Take(200));
        if (_unknown.Count < MostMessages && _unknown.TryAdd(shape, true)) NotKnown(node, sent.ErrorCode, sent.ErrorMessage);
    }

    /// <summary>Forgets all attempts but these.</summary>
    public void Keep(HashSet<Hash32> open)
    {
        foreach (Hash32 gone in _broadcasts.Keys.Where(hash => !open.Contains(hash)).ToArray()) _broadcasts.Remove(gone);
        _refused.IntersectWith(open);
    }

    [LoggerMessage(5001, LogLevel.Information, "Nonce {Nonce}: signed attempt {Ordinal} ({Kind}), {Transaction}")]
    partial void Signed(long nonce, int ordinal, Hash32 transaction, string kind);

    [LoggerMessage(5008, LogLevel.Error, "Nonce {Nonce}: the signer failed")]
    partial void NotSigned(Exception exception, long nonce);

    [LoggerMessage(5025, LogLevel.Warning, "Node {Node} rejected a transaction with a message that is not known ({Code}: {Text}); it may have accepted it, and is asked again")]
    partial void NotKnown(string node, int? code, string? text);

    [LoggerMessage(5009, LogLevel.Debug, "{Transaction}: {Response} ({Text})")]
    partial void Refused(Hash32 transaction, BroadcastResponse response, string? text);
}
