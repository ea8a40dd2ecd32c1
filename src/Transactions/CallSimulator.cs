using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;

namespace Keystone.Transactions;

/// <summary>Builds the calls of intents and estimates them at the node. What would revert, or needs more gas than allowed, is put back.</summary>
internal sealed class CallSimulator(ITransactionPlan plan, GasLimits gas, IntentBackoff backoff, Address sender)
{
    /// <summary>Calls that are simulated together.</summary>
    public const int AtOnce = 16;

    const int ReasonLength = 300;

    // The chain's own reason, whole where it is a sentence.
    const int MostRevertData = 512;

    /// <summary>The intents whose calls succeed in simulation, in order; all others are put back.</summary>
    public async Task<List<SimulatedCall>> SimulateAsync(PollContext poll, Intent[] intents, CancellationToken cancellationToken)
    {
        IReadOnlyList<PlannedCall?> calls = await plan.BuildAsync(intents, cancellationToken);
        IReadOnlyDictionary<PlannedCall, ulong> estimates = await EstimateTogetherAsync(poll.Node, [.. calls.OfType<PlannedCall>()], cancellationToken);
        (PlannedCall? Call, ulong Estimate, string? Refusal, string Reason)[] outcomes = await Task.WhenAll(calls.Select(async call =>
        {
            if (call is null) return (null, 0UL, "the call cannot be built now", "not_built");
            (ulong estimate, string? refusal, string reason) = estimates.TryGetValue(call, out ulong known) ? Bounded(call, known) : await SimulateAsync(poll.Node, call, cancellationToken);
            return ((PlannedCall?)call, estimate, refusal, reason);
        }));
        for (int i = 0; i < intents.Length; i++)
            if (outcomes[i] is { Refusal: null, Call: { } call })
                await gas.AskAboutCapAsync(poll.Node, sender, call, outcomes[i].Estimate, cancellationToken);
        List<SimulatedCall> good = [];
        for (int i = 0; i < intents.Length; i++)
            if (outcomes[i].Refusal is { } refusal) await backoff.PutBackAsync(poll.Epoch, [intents[i]], refusal, outcomes[i].Reason, cancellationToken);
            else good.Add(new SimulatedCall(intents[i], outcomes[i].Call!, outcomes[i].Estimate, gas.Of(outcomes[i].Call!, outcomes[i].Estimate)!.Value));
        return good;
    }

    /// <summary>Builds and simulates the call of one intent; null if that fails. The intent is not put back.</summary>
    public async Task<SimulatedCall?> TrySimulateAsync(IEthereumNode node, Intent intent, CancellationToken cancellationToken)
    {
        if (await plan.BuildAsync(intent, cancellationToken) is not { } call) return null;
        (ulong estimate, string? refusal, _) = await SimulateAsync(node, call, cancellationToken);
        if (refusal is not null) return null;
        await gas.AskAboutCapAsync(node, sender, call, estimate, cancellationToken);
        return new SimulatedCall(intent, call, estimate, gas.Of(call, estimate)!.Value);
    }

    // One request for all. When one call fails, no estimate is known, and each call is estimated alone.
    async Task<IReadOnlyDictionary<PlannedCall, ulong>> EstimateTogetherAsync(IEthereumNode node, PlannedCall[] calls, CancellationToken cancellationToken)
    {
        Dictionary<PlannedCall, ulong> known = new(ReferenceEqualityComparer.Instance);
        if (calls.Length < 2) return known;
        try
        {
            IReadOnlyList<ulong> estimates = await node.EstimateGasOfAsync([.. calls.Select(call => new CallRequest(sender, call.To, call.Data))], cancellationToken);
            for (int i = 0; i < calls.Length; i++) known[calls[i]] = estimates[i];
        }
        catch (NodeException e) when (e is CallRevertedException || IsAboutTheCall(e))
        {
            known.Clear();
        }
        return known;
    }

    /// <summary>Estimates one call. A refusal is a reason for a person and a label of the metric.</summary>
    public async Task<(ulong Estimate, string? Refusal, string Reason)> SimulateAsync(IEthereumNode node, PlannedCall call, CancellationToken cancellationToken)
    {
        try
        {
            ulong estimate = await node.EstimateGasAsync(new CallRequest(sender, call.To, call.Data), cancellationToken);
            return Bounded(call, estimate);
        }
        catch (CallRevertedException e)
        {
            string data = e.RevertData.Length >= 4 ? " " + Hex.Encode(e.RevertData.AsSpan(0, Math.Min(e.RevertData.Length, MostRevertData))) : "";
            return (0, $"{Intent.RevertReason}{data}: {Cut(e.Message)}", "would_revert");
        }
        catch (NodeException e) when (IsAboutTheCall(e))
        {
            return (0, Cut($"cannot be simulated: {e.Message}"), "would_revert");
        }
    }

    (ulong Estimate, string? Refusal, string Reason) Bounded(PlannedCall call, ulong estimate) => gas.Of(call, estimate) is not null
        ? (estimate, null, "")
        : (estimate, $"needs {Math.Max(estimate, call.Gas ?? 0)} gas; Transactions:MaxGas, the block's gas limit and what such a call may take leave {gas.Most(call, estimate)}", "gas");

    /// <summary>True for a fault of this one call, after which the node may answer others; false for a quota or a lost connection.</summary>
    public static bool IsAboutTheCall(NodeException e) =>
        e.Kind is NodeFaultKind.TooSlow or NodeFaultKind.TooMuch || (e.Kind == NodeFaultKind.Other && e.Code is not null);

    static string Cut(string text) => PlainText.Of(text, ReasonLength);
}
