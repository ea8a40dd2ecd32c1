namespace Keystone.Ethereum.Nodes;

/// <summary>
/// One node of a set, with what is known of it. Reads are refused here while it is quarantined, late or asked for a pause; a transaction is always offered.
/// </summary>
internal sealed class NodeMember(long chainId, string name, int place, IEthereumNode node, NodeSetLimits limits, TimeProvider time) : RoutedNode
{
    const double LatencyShare = 0.2;

    readonly Lock _gate = new();
    string? _quarantine;
    long _lag;
    bool _late;
    int _failures;
    int _quotas;
    double _latency;
    DateTimeOffset _pausedUntil;

    public override string Name => name;

    /// <summary>The node itself, for the comparison.</summary>
    public IEthereumNode Node => node;

    /// <summary>Why it is not believed; null when it is.</summary>
    public string? Quarantine
    {
        get
        {
            lock (_gate) return _quarantine;
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
            lock (_gate) return _quarantine is null && !_late && _pausedUntil <= time.GetUtcNow();
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
        lock (_gate) (_quarantine, _lag, _late) = (quarantine, lag, late);
        KeyValuePair<string, object?>[] labels = [new("chain", chainId), new("node", name)];
        NodeMetrics.HeadLag.Record(lag, labels);
        NodeMetrics.Quarantined.Record(quarantine is null ? 0 : 1, labels);
    }

    protected override async Task<T> AskAsync<T>(string method, Func<IEthereumNode, Task<T>> ask, CancellationToken cancellationToken)
    {
        RequireEligible();
        return await MeasureAsync(method, ask).ConfigureAwait(false);
    }

    public override Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken) =>
        MeasureAsync("eth_sendRawTransaction", to => to.SendRawTransactionAsync(raw, cancellationToken));

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
}
