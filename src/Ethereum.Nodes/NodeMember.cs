using Microsoft.Extensions.Logging;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// One node of a set, with what is known of it. Reads are refused here while it is quarantined, late or asked for a pause; a transaction is offered unless the node is on another chain.
/// </summary>
internal sealed partial class NodeMember(long chainId, string name, int place, IEthereumNode node, NodeSetLimits limits, TimeProvider time, ILogger log) : RoutedNode
{
    const double LatencyShare = 0.2;

    // A node may be another one from one moment to the next: a name that moved, a development chain begun anew. Transactions that are sent together ask once.
    static readonly TimeSpan ChainIsKnownFor = TimeSpan.FromMilliseconds(50);

    readonly Lock _gate = new();
    string? _quarantine;
    string? _otherChain;
    DateTimeOffset _chainSeen;
    long _lag;
    bool _late;
    int _failures;
    int _quotas;
    double _latency;
    DateTimeOffset _pausedUntil;

    public override string Name => name;

    /// <summary>The node itself, for the comparison.</summary>
    public IEthereumNode Node => node;

    /// <summary>Reason why the node is not trusted; null if it is.</summary>
    public string? Quarantine
    {
        get
        {
            lock (_gate) return _quarantine;
        }
    }

    /// <summary>The other chain that the node is on; null if it is on the right chain, or does not report one.</summary>
    public string? OtherChain
    {
        get
        {
            lock (_gate) return _otherChain;
        }
    }

    public long Lag
    {
        get
        {
            lock (_gate) return _lag;
        }
    }

    /// <summary>True when it may be read from now.</summary>
    public bool IsEligible
    {
        get
        {
            lock (_gate) return _quarantine is null && _otherChain is null && !_late && _pausedUntil <= time.GetUtcNow();
        }
    }

    /// <summary>True while it asked to be left alone.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_gate) return _pausedUntil > time.GetUtcNow();
        }
    }

    /// <summary>Lower is better: blocks behind count most, then failures in a row, then latency; among equals the order of the settings.</summary>
    public double Score
    {
        get
        {
            lock (_gate) return _lag * 500 + _failures * 2_000 + _latency * 1_000 + place * 50;
        }
    }

    public void Judge(string? quarantine, long lag, bool late)
    {
        bool alone;
        lock (_gate)
        {
            (_quarantine, _lag, _late) = (quarantine, lag, late);
            alone = _quarantine is not null || _otherChain is not null;
        }
        KeyValuePair<string, object?>[] labels = [new("chain", chainId), new("node", name)];
        NodeMetrics.Alarms.Add(0, new("reason", "wrong_chain"), new("node", name));
        NodeMetrics.HeadLag.Record(lag, labels);
        NodeMetrics.Quarantined.Record(alone ? 1 : 0, labels);
    }

    /// <summary>Says which chain the node was found on. One of another chain is left alone, for reading and for sending, until it is found on ours again.</summary>
    /// <param name="other">What it says of its chain where that is not ours; null where it is.</param>
    public void JudgeChain(string? other)
    {
        string? before;
        lock (_gate)
        {
            before = _otherChain;
            _otherChain = other;
            _chainSeen = other is null ? time.GetUtcNow() : default;
        }
        if (other is not null) NodeMetrics.Quarantined.Record(1, new("chain", chainId), new("node", name));
        if (before is null && other is not null)
        {
            WrongChain(name, other, chainId);
            NodeMetrics.Alarms.Add(1, new("reason", "wrong_chain"), new("node", name));
        }
        if (before is not null && other is null) BackOnChain(name, chainId);
    }

    protected override async Task<T> AskAsync<T>(string method, Func<IEthereumNode, Task<T>> ask, CancellationToken cancellationToken)
    {
        RequireEligible();
        return await MeasureAsync(method, ask).ConfigureAwait(false);
    }

    /// <summary>Broadcasts a transaction by the node, once it is known on which chain it is at this moment.</summary>
    /// <exception cref="NodeException">It does not answer, or is on another chain (<see cref="NodeFaultKind.Quarantined"/>): nothing was sent.</exception>
    public override async Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
    {
        await RequireChainAsync(cancellationToken).ConfigureAwait(false);
        return await MeasureAsync("eth_sendRawTransaction", to => to.SendRawTransactionAsync(raw, cancellationToken)).ConfigureAwait(false);
    }

    async Task RequireChainAsync(CancellationToken cancellationToken)
    {
        RequireOwnChain();
        lock (_gate)
            if (time.GetUtcNow() - _chainSeen < ChainIsKnownFor) return;
        long answered = await MeasureAsync("eth_chainId", to => to.GetChainIdAsync(cancellationToken)).ConfigureAwait(false);
        JudgeChain(answered == chainId ? null : $"chain {answered}");
        RequireOwnChain();
    }

    void RequireOwnChain()
    {
        if (OtherChain is { } other) throw new NodeException($"{name} is not asked: it is on {other}.") { Kind = NodeFaultKind.Quarantined };
    }

    async Task<T> MeasureAsync<T>(string method, Func<IEthereumNode, Task<T>> ask)
    {
        long started = time.GetTimestamp();
        string outcome = "ok";
        try
        {
            T answer = await ask(node).ConfigureAwait(false);
            Answered(time.GetElapsedTime(started).TotalSeconds);
            return answer;
        }
        catch (NodeException fault)
        {
            outcome = fault.Kind.ToString().ToLowerInvariant();
            Failed(fault);
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            NodeMetrics.Requests.Add(1, new("chain", chainId), new("node", name), new("method", method), new("outcome", outcome));
            NodeMetrics.Duration.Record(time.GetElapsedTime(started).TotalSeconds, new("chain", chainId), new KeyValuePair<string, object?>("node", name));
        }
    }

    void RequireEligible()
    {
        RequireOwnChain();
        lock (_gate)
        {
            if (_quarantine is not null) throw new NodeException($"{name} is not asked: {_quarantine}.") { Kind = NodeFaultKind.Quarantined };
            if (_late) throw new NodeException($"{name} is {_lag} blocks behind the other nodes.") { Kind = NodeFaultKind.Behind };
            TimeSpan left = _pausedUntil - time.GetUtcNow();
            if (left > TimeSpan.Zero) throw new NodeBusyException($"{name} asked for a pause.", left);
        }
    }

    void Answered(double seconds)
    {
        lock (_gate)
        {
            (_failures, _quotas) = (0, 0);
            _latency = _latency == 0 ? seconds : _latency * (1 - LatencyShare) + seconds * LatencyShare;
        }
    }

    void Failed(NodeException fault)
    {
        lock (_gate)
        {
            switch (fault.Kind)
            {
                case NodeFaultKind.Quota:
                    // What others ask of the same key would come at the same moment again.
                    TimeSpan wait = (fault as NodeBusyException)?.RetryAfter ?? limits.Wait * Math.Pow(2, Math.Min(_quotas, 10));
                    _quotas++;
                    _pausedUntil = time.GetUtcNow() + limits.Jitter.AtLeast(wait < limits.LongestWait ? wait : limits.LongestWait);
                    break;
                case NodeFaultKind.Unreachable or NodeFaultKind.TooSlow or NodeFaultKind.Nonsense or NodeFaultKind.Refused:
                    _failures = Math.Min(_failures + 1, 1_000);
                    break;
                default:
                    // It answers; the question was not for it.
                    _failures = 0;
                    break;
            }
        }
    }

    [LoggerMessage(1065, LogLevel.Error, "ALARM wrong_chain: node {Node} is on {Other}, not on chain {ChainId}; it gets no requests and no transactions until it is on that chain again")]
    partial void WrongChain(string node, string other, long chainId);

    [LoggerMessage(1066, LogLevel.Information, "Node {Node} is on chain {ChainId} again")]
    partial void BackOnChain(string node, long chainId);
}
