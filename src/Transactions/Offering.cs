using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Postgres.Faults;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Signs, commits, and then offers: the bytes of an attempt are in the database before any node has seen them, so that after a crash the same
/// bytes are offered again. What it remembers only saves calls.
/// </summary>
internal sealed partial class Offering(
    DeskStore store, IReadOnlyList<IEthereumNode> nodes, ITransactionSigner signer, long chainId, TimeProvider time, ILogger log)
{
    /// <summary>Transactions that are signed and offered together.</summary>
    public const int AtOnce = 16;

    static readonly TimeSpan OfferAgain = TimeSpan.FromSeconds(5);

    readonly Dictionary<Hash32, (long Head, long At)> _offered = [];
    readonly HashSet<Hash32> _refused = [];

    /// <summary>True when no node took the attempt, and one said that its price is too low.</summary>
    public bool IsUnderpriced(Attempt attempt) => _refused.Contains(attempt.Hash);

    /// <summary>Signs and commits one; null when the signer failed.</summary>
    public async Task<Attempt?> SignAsync(long epoch, Slot slot, FeeOffer fee, long head, bool asFill, string kind, CancellationToken cancellationToken) =>
        (await SignAsync(epoch, [(slot, fee)], head, asFill, kind, cancellationToken)).GetValueOrDefault(slot.Nonce);

    /// <summary>Signs and commits; by nonce, without those that the signer failed for.</summary>
    public async Task<Dictionary<long, Attempt>> SignAsync(
        long epoch, IReadOnlyList<(Slot Slot, FeeOffer Fee)> slots, long head, bool asFill, string kind, CancellationToken cancellationToken)
    {
        NewAttempt[] signed = [.. (await Task.WhenAll(slots.Select(one => SignOneAsync(one.Slot, one.Fee, head, asFill, cancellationToken)))).OfType<NewAttempt>()];
        if (signed.Length == 0) return [];
        CrashPoint.Reach(CrashPoint.Signed);
        await store.AddAttemptsAsync(epoch, signed, cancellationToken);
        CrashPoint.Reach(CrashPoint.SignatureCommitted);
        DeskMetrics.Attempts.Add(signed.Length, new KeyValuePair<string, object?>("kind", kind));
        foreach (NewAttempt one in signed) Signed(one.Nonce, one.Ordinal, one.Signed.Hash, kind);
        return signed.ToDictionary(one => one.Nonce, one => new Attempt(one.Signed.Hash, one.Ordinal, one.Signed.Raw, one.Fee, head));
    }

    async Task<NewAttempt?> SignOneAsync(Slot slot, FeeOffer fee, long head, bool asFill, CancellationToken cancellationToken)
    {
        try
        {
            SignedTransaction signed = await signer.SignAsync(
                new Eip1559Transaction((ulong)chainId, (ulong)slot.Nonce, fee.Tip, fee.MaxFee, slot.Gas, slot.To, UInt256.Zero, slot.Data),
                cancellationToken);
            return new NewAttempt(slot.Nonce, slot.Attempts.IsEmpty ? 0 : slot.Latest!.Ordinal + 1, signed, fee, head, asFill);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotSigned(e, slot.Nonce);
            return null;
        }
    }

    /// <summary>Offers one to all nodes.</summary>
    public Task OfferAsync(Attempt attempt, long head, CancellationToken cancellationToken) => OfferAsync([attempt], head, cancellationToken);

    /// <summary>Offers to all nodes what was not offered at this head, or not for some seconds. What each of them said is written down.</summary>
    public async Task OfferAsync(IReadOnlyList<Attempt> attempts, long head, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        Attempt[] due = [.. attempts.Where(attempt =>
            !_offered.TryGetValue(attempt.Hash, out (long Head, long At) last) || last.Head != head || time.GetElapsedTime(last.At, now) >= OfferAgain)];
        foreach (Attempt[] part in due.Chunk(AtOnce))
        {
            foreach (Attempt attempt in part) _offered[attempt.Hash] = (head, now);
            (Attempt Attempt, string Node, Answer Answer)[] said = await Task.WhenAll(part.SelectMany(attempt => nodes.Select(async (node, index) =>
                (attempt, $"node-{index}", await AskAsync(node, attempt, cancellationToken)))));
            foreach ((_, string node, Answer answer) in said) DeskMetrics.Offers.Add(1, new("node", node), new("answer", answer.ToString()));
            await store.RecordOffersAsync([.. said.Select(one => (one.Attempt.Hash, one.Node, one.Answer))], cancellationToken);
            CrashPoint.Reach(CrashPoint.Broadcast);
            foreach (IGrouping<Hash32, Answer> answers in said.GroupBy(one => one.Attempt.Hash, one => one.Answer))
                if (answers.Any(answer => answer is Answer.Underpriced or Answer.FeeBelowBase) && !answers.Any(answer => answer is Answer.Accepted or Answer.Known))
                    _refused.Add(answers.Key);
        }
    }

    async Task<Answer> AskAsync(IEthereumNode node, Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            SendAnswer said = await node.SendRawTransactionAsync(attempt.Raw, cancellationToken);
            Answer answer = Answers.Read(said);
            if (answer is not (Answer.Accepted or Answer.Known)) Refused(attempt.Hash, answer, said.ErrorMessage);
            return answer;
        }
        catch (NodeException e)
        {
            Refused(attempt.Hash, Answer.Unknown, e.Message);
            return Answer.Unknown;
        }
    }

    /// <summary>Forgets all attempts but these.</summary>
    public void Keep(HashSet<Hash32> open)
    {
        foreach (Hash32 gone in _offered.Keys.Where(hash => !open.Contains(hash)).ToArray()) _offered.Remove(gone);
        _refused.IntersectWith(open);
    }

    [LoggerMessage(5001, LogLevel.Information, "Nonce {Nonce}: signed attempt {Ordinal} ({Kind}), {Transaction}")]
    partial void Signed(long nonce, int ordinal, Hash32 transaction, string kind);

    [LoggerMessage(5008, LogLevel.Error, "Nonce {Nonce}: the signer failed")]
    partial void NotSigned(Exception exception, long nonce);

    [LoggerMessage(5009, LogLevel.Debug, "{Transaction}: {Answer} ({Text})")]
    partial void Refused(Hash32 transaction, Answer answer, string? text);
}
