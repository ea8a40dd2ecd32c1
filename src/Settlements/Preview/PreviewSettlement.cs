using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Explain;
using Keystone.Settlements.Templates;

namespace Keystone.Settlements.Preview;

/// <summary>Use case: say what a create request would give. It runs the same rules, asks the chain what would keep the deposits from coming, and stores nothing.</summary>
public sealed class PreviewSettlement
{
    // contracts/gas: register and executeSwap of two legs, the latter with recipients that hold nothing, and their growth to 64 legs.
    const long RegisterGas = 52_000, RegisterGasPerLeg = 8_000, SwapGas = 47_500, SwapGasPerLeg = 30_650;

    readonly CreateStore _store;
    readonly TemplateStore _templates;
    readonly CreateValidator _validator;
    readonly ILegPreflight _preflight;
    readonly IEthereumNodes _nodes;

    internal PreviewSettlement(CreateStore store, TemplateStore templates, CreateValidator validator, ILegPreflight preflight, IEthereumNodes nodes) =>
        (_store, _templates, _validator, _preflight, _nodes) = (store, templates, validator, preflight, nodes);

    /// <summary>Checks a request.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">What would be asked for.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The result; an error only when the node of the chain does not answer for a token that is not registered.</returns>
    public Task<Result<PreviewResult>> ExecuteAsync(Caller caller, CreateSettlementRequest request, Faults? found, CancellationToken cancellationToken) =>
        ExecuteAsync(caller, request, found, asksChain: true, cancellationToken);

    /// <summary>The same by its rules alone, without questions to the chain about wallets and costs: for many requests at once.</summary>
    public Task<Result<PreviewResult>> CheckAsync(Caller caller, CreateSettlementRequest request, CancellationToken cancellationToken) =>
        ExecuteAsync(caller, request, null, asksChain: false, cancellationToken);

    async Task<Result<PreviewResult>> ExecuteAsync(Caller caller, CreateSettlementRequest request, Faults? found, bool asksChain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct) is { } forbidden) return forbidden;
        Faults faults = found ?? new Faults();
        IReadOnlyList<Template> available = [.. (await _templates.ListAsync(caller.EnvironmentId, cancellationToken)).Select(stored => stored.Template)];
        Instruction? instruction;
        try
        {
            instruction = await _validator.CheckAsync(request, caller, available, faults, cancellationToken);
        }
        catch (TokenReadsException exhausted)
        {
            return exhausted.Error;
        }
        catch (NodeException)
        {
            return new DomainError(ErrorCodes.NodeUnavailable, "The chain's node does not answer, so the token could not be read; try again.") { RetryAfterSeconds = 5 };
        }
        if (instruction is null)
            return new PreviewResult(WouldCreate: false, faults.All, [], null);
        List<PreviewWarning> warnings = [];
        if (await _store.FindEarlierAsync(caller.EnvironmentId, instruction.IdempotencyKey, cancellationToken) is { } earlier)
        {
            byte[] fingerprint = RequestFingerprint.Of(request, name => TemplateNames.Find(available, name)?.Id.ToString() ?? name);
            if (!earlier.Fingerprint.AsSpan().SequenceEqual(fingerprint))
                return new PreviewResult(WouldCreate: false, [.. new CreateResult.KeyReused().Error!.Faults], [], null);
            warnings.Add(new PreviewWarning("already_created", $"This request made the settlement {earlier.Id} before; sent again it gives that one.", null));
        }
        if (!asksChain) return new PreviewResult(WouldCreate: true, [], warnings, null);
        await AddWarningsAsync(caller, instruction, warnings, cancellationToken);
        return new PreviewResult(WouldCreate: true, [], warnings, await CostsAsync(caller.ChainId, instruction.Legs.Count, cancellationToken));
    }

    // Of wallets that the caller named; those of counterparties are not known yet. An approval is given after the settlement is made, so its absence is no news.
    async Task AddWarningsAsync(Caller caller, Instruction instruction, List<PreviewWarning> warnings, CancellationToken cancellationToken)
    {
        if (await _store.EscrowAsync(caller.ChainId, cancellationToken) is not { } escrow) return;
        for (int i = 0; i < instruction.Legs.Count; i++)
        {
            InstructedLeg leg = instruction.Legs[i];
            Address? from = instruction.Parties.First(party => party.Role == leg.GiverRole).Wallet, to = instruction.Parties.First(party => party.Role == leg.TakerRole).Receive;
            if (from is null) continue;
            PreflightLeg subject = new(caller.EnvironmentId, caller.ChainId, escrow, leg.Instrument.Standard, leg.Instrument.Address, leg.TokenId, leg.Amount, from.Value, to);
            foreach (CheckView check in await _preflight.CheckAsync(subject, cancellationToken))
                if (check is { Ok: false, Check: not "allowance" })
                    warnings.Add(new PreviewWarning(check.Check, check.Detail, i));
        }
    }

    async Task<ExpectedCosts> CostsAsync(long chainId, int legs, CancellationToken cancellationToken)
    {
        long gas = RegisterGas + SwapGas + legs * (RegisterGasPerLeg + SwapGasPerLeg);
        try
        {
            IEthereumNode node = _nodes.For(chainId);
            UInt256 price = ((await node.GetBlockAsync(BlockTag.Latest, cancellationToken))?.BaseFeePerGas ?? UInt256.Zero) + await node.GetMaxPriorityFeePerGasAsync(cancellationToken);
            return new ExpectedCosts(gas, (price * (UInt256)(ulong)gas).ToString());
        }
        catch (NodeException)
        {
            return new ExpectedCosts(gas, null);
        }
    }
}
