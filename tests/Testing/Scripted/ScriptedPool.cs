using Keystone.Ethereum;

namespace Keystone.Testing.Scripted;

/// <summary>Transactions that a scripted node was offered and has not mined; it judges them as most nodes do.</summary>
public sealed class ScriptedPool
{
    readonly Lock _gate = new();
    readonly Dictionary<(Address, ulong), (DecodedTransaction Decoded, byte[] Raw)> _waiting = [];

    /// <summary>Percent above the old price that a replacement must pay, both in cap and in tip.</summary>
    public int ReplacementPercent { get; set; } = 10;

    /// <summary>What is waiting, by sender and nonce.</summary>
    public IReadOnlyList<DecodedTransaction> Waiting
    {
        get
        {
            lock (_gate) return [.. _waiting.OrderBy(entry => entry.Key.Item2).Select(entry => entry.Value.Decoded)];
        }
    }

    /// <summary>Forgets everything, or what fits.</summary>
    public void Drop(Func<DecodedTransaction, bool>? which = null)
    {
        lock (_gate)
            foreach (var entry in _waiting.Where(entry => which?.Invoke(entry.Value.Decoded) ?? true).ToArray()) _waiting.Remove(entry.Key);
    }

    /// <summary>Takes what can be mined now: of each sender from its next nonce on without a gap.</summary>
    /// <param name="nextNonce">Transactions that an account has on the chain.</param>
    /// <param name="baseFee">What pays less stays.</param>
    public IReadOnlyList<(DecodedTransaction Decoded, byte[] Raw)> Take(Func<Address, ulong> nextNonce, UInt256 baseFee)
    {
        ArgumentNullException.ThrowIfNull(nextNonce);
        List<(DecodedTransaction, byte[])> taken = [];
        lock (_gate)
        {
            foreach (Address sender in _waiting.Keys.Select(key => key.Item1).Distinct().ToArray())
            {
                for (ulong nonce = nextNonce(sender); _waiting.TryGetValue((sender, nonce), out var found) && Price(found.Decoded).Cap >= baseFee; nonce++)
                {
                    taken.Add(found);
                    _waiting.Remove((sender, nonce));
                }
            }
            // What the chain has passed is gone, whoever mined it.
            foreach (var key in _waiting.Keys.Where(key => key.Item2 < nextNonce(key.Item1)).ToArray()) _waiting.Remove(key);
        }
        return taken;
    }

    /// <summary>The next nonce with what is waiting.</summary>
    public ulong PendingNonce(Address sender, ulong next)
    {
        lock (_gate)
            while (_waiting.ContainsKey((sender, next))) next++;
        return next;
    }

    /// <summary>Takes signed bytes; the refusal in geth's words, or the hash.</summary>
    public (Hash32? Hash, int Code, string Message) Receive(byte[] raw, long chainId, ulong nextNonce, UInt256 balance)
    {
        DecodedTransaction decoded;
        try
        {
            decoded = DecodedTransaction.Read(raw);
        }
        catch (FormatException fault)
        {
            return (null, -32000, $"rlp: {fault.Message}");
        }
        ulong nonce = decoded.Transaction.Nonce;
        if (decoded.Transaction.ChainId != (ulong)chainId) return (null, -32000, "invalid sender: invalid chain id for signer");
        if (nonce < nextNonce) return (null, -32000, $"nonce too low: next nonce {nextNonce}, tx nonce {nonce}");
        (UInt256 cap, UInt256 tip) = Price(decoded);
        if (balance < cap * decoded.Transaction.GasLimit + decoded.Transaction.Value) return (null, -32000, "insufficient funds for gas * price + value");
        lock (_gate)
        {
            if (_waiting.TryGetValue((decoded.Sender, nonce), out var old))
            {
                if (old.Decoded.Hash == decoded.Hash) return (null, -32000, "already known");
                (UInt256 oldCap, UInt256 oldTip) = Price(old.Decoded);
                UInt256 percent = (UInt256)(ulong)(100 + ReplacementPercent);
                if (cap * 100UL < oldCap * percent || tip * 100UL < oldTip * percent) return (null, -32000, "replacement transaction underpriced");
            }
            _waiting[(decoded.Sender, nonce)] = (decoded, raw);
        }
        return (decoded.Hash, 0, "");
    }

    static (UInt256 Cap, UInt256 Tip) Price(DecodedTransaction decoded) =>
        (decoded.Transaction.MaxFeePerGas, decoded.Transaction.MaxPriorityFeePerGas);
}
