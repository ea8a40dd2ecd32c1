using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Postgres;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Health check <c>transactions</c>, ready: whether transactions can be sent by the process that holds the sender's lease. Not ready while no node has answered for a minute, or the
/// signer fails. A standby, which has no lease, is ready whatever nodes and signer do.
/// </summary>
public sealed partial class TransactionsHealth(TimeProvider time, ILogger<TransactionsHealth> log) : IHealthCheck
{
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<(long ChainId, Address Sender), State> _held = new();
    readonly ConcurrentDictionary<Address, string> _signers = new();

    /// <summary>True while this process holds the lease of a sender.</summary>
    public bool IsHolder => !_held.IsEmpty;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        List<string> faults = [];
        foreach (IGrouping<long, State> chain in _held.Where(held => IsSilent(held.Value)).OrderBy(held => held.Key.ChainId).GroupBy(held => held.Key.ChainId, held => held.Value))
            faults.Add($"No node of chain {chain.Key} answers: {chain.First().Fault}");
        faults.AddRange(_signers.Where(one => IsHeld(one.Key)).OrderBy(one => one.Key.ToString(), StringComparer.Ordinal).Select(one => $"The signer fails: {one.Value}"));
        return Task.FromResult(faults.Count > 0 ? HealthCheckResult.Unhealthy(string.Join(' ', faults)) : HealthCheckResult.Healthy());
    }

    internal void Took(long chainId, Address sender) => _held[(chainId, sender)] = new State { Answered = time.GetUtcNow() };

    internal void Lost(long chainId, Address sender)
    {
        _held.TryRemove((chainId, sender), out _);
        Record("signer_away", _signers.Keys.Any(IsHeld));
        Record("node_silent", _held.Values.Any(IsSilent));
    }

    internal void Answered(long chainId, Address sender)
    {
        if (!_held.TryGetValue((chainId, sender), out State? state)) return;
        (state.Answered, state.Fault, state.IsAlarmed) = (time.GetUtcNow(), null, false);
        Record("node_silent", _held.Values.Any(IsSilent));
    }

    /// <summary>What an account has, and what a transaction costs now.</summary>
    internal void Funds(long chainId, Address sender, UInt256 balance, BlockHeader head)
    {
        if (_held.TryGetValue((chainId, sender), out State? state)) state.Funds = new Held(balance, head.BaseFeePerGas, head.Number, time.GetUtcNow());
    }

    /// <summary>The accounts whose leases this process holds, as a report of the process. Amounts are wei, decimal digits.</summary>
    public JsonObject Report()
    {
        JsonArray accounts = [];
        foreach (((long chainId, Address sender), State state) in _held.OrderBy(held => held.Key.ChainId).ThenBy(held => held.Key.Sender.ToString(), StringComparer.Ordinal))
            accounts.Add(new JsonObject
            {
                ["chain_id"] = chainId,
                ["account"] = sender.ToString(),
                ["balance_wei"] = state.Funds?.Balance.ToString(),
                ["base_fee_wei"] = state.Funds?.BaseFee?.ToString(),
                ["block"] = state.Funds?.Block,
                ["read_at"] = state.Funds is { } funds ? Timestamps.Seconds(funds.At) : null,
            });
        return new JsonObject { ["accounts"] = accounts };
    }

    internal void Failed(long chainId, Address sender, string fault)
    {
        if (!_held.TryGetValue((chainId, sender), out State? state)) return;
        state.Fault = fault;
        if (!IsSilent(state) || state.IsAlarmed) return;
        state.IsAlarmed = true;
        Record("node_silent", true);
        NodesSilent(chainId, fault);
        TransactionsMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "node_silent"));
    }

    internal void SignerWorks(Address sender)
    {
        if (_signers.TryRemove(sender, out _)) Record("signer_away", _signers.Keys.Any(IsHeld));
    }

    internal void SignerFailed(Address sender, string fault)
    {
        bool isNew = !_signers.ContainsKey(sender);
        _signers[sender] = fault;
        if (!isNew) return;
        Record("signer_away", true);
        SignerAway(fault);
        TransactionsMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "signer_away"));
    }

    bool IsHeld(Address sender) => _held.Keys.Any(held => held.Sender == sender);

    bool IsSilent(State state) => state.Fault is not null && time.GetUtcNow() - state.Answered > Silence;

    static void Record(string reason, bool isSo) => TransactionsMetrics.NotReady.Record(isSo ? 1 : 0, new KeyValuePair<string, object?>("reason", reason));

    [LoggerMessage(5026, LogLevel.Error, "ALARM node_silent: no node of chain {ChainId} has answered for a minute, so nothing is sent: {Reason}")]
    partial void NodesSilent(long chainId, string reason);

    [LoggerMessage(5027, LogLevel.Error, "ALARM signer_away: the signer fails, so nothing new is sent until it works: {Reason}")]
    partial void SignerAway(string reason);

    sealed class State
    {
        public DateTimeOffset Answered;
        public volatile string? Fault;
        public volatile bool IsAlarmed;
        public volatile Held? Funds;
    }

    sealed record Held(UInt256 Balance, UInt256? BaseFee, long Block, DateTimeOffset At);
}
