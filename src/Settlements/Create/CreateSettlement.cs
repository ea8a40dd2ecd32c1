using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;
using Keystone.Settlements.Templates;

namespace Keystone.Settlements.Create;

/// <summary>Use case: instruct a settlement. One key makes one settlement, however often and at whatever time it is sent.</summary>
public sealed class CreateSettlement
{
    readonly CreateStore _store;
    readonly SettlementReadStore _reads;
    readonly CreateValidator _validator;
    readonly Quotas _quotas;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal CreateSettlement(
        CreateStore store, SettlementReadStore reads, CreateValidator validator, Quotas quotas,
        WakeSignals signals, TimeProvider time) =>
        (_store, _reads, _validator, _quotas, _signals, _time) = (store, reads, validator, quotas, signals, time);

    /// <summary>Makes the settlement, or recognises that the request was sent before.</summary>
    /// <param name="caller">Who asks; the settlement is its environment's.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="found">Faults that the host found while it read the request, so that all are reported together; null for none. A request with such a fault is no repeat.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<CreateResult> ExecuteAsync(Caller caller, CreateSettlementRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct) is { } forbidden) return new CreateResult.Refused(forbidden);
        Faults faults = found ?? new Faults();
        string? key = faults.Any ? null : new MemberRules(new Faults()).Text("idempotency_key", request.IdempotencyKey);
        CreateFacts facts = await _store.ReadAsync(caller, key, LegValidator.NamesTokens(request), cancellationToken);
        byte[] fingerprint = RequestFingerprint.Of(request, name => TemplateNames.Find(facts.Templates, name)?.Id.ToString() ?? name);

        // A repeat is answered before the rules: they may have become stricter with time, as the one of timeout_at always has.
        if (facts.Earlier is { } earlier) return await ReplayAsync(caller, earlier, fingerprint, cancellationToken);

        Instruction? instruction;
        try
        {
            instruction = await _validator.CheckAsync(request, caller, facts.Templates, faults, cancellationToken, facts.Tokens);
        }
        catch (TokenReadsException exhausted)
        {
            return new CreateResult.Refused(exhausted.Error);
        }
        catch (NodeException)
        {
            return new CreateResult.Refused(new DomainError(ErrorCodes.NodeUnavailable,
                "The chain's node does not answer, so the token could not be read. Nothing was stored; try again.")
            { RetryAfterSeconds = 5 });
        }
        if (instruction is null)
            return new CreateResult.Refused(DomainError.Validation(faults.All));

        if (await _quotas.TakeAsync(caller, cancellationToken) is { } reached)
            return new CreateResult.Refused(reached);

        CreateStore.Stored stored = await _store.CreateAsync(instruction, caller, fingerprint, _time.UtcNowMicroseconds(), cancellationToken);
        if (stored.ReplacedAlready)
            return new CreateResult.Refused(DomainError.Validation([CreateValidator.ReplacedAlready]));
        if (stored.InProgress)
            return new CreateResult.InProgress();
        if (stored.Settlement is not { } created)
            return await _store.FindEarlierAsync(caller.EnvironmentId, instruction.IdempotencyKey, cancellationToken) is { } first
                ? await ReplayAsync(caller, first, fingerprint, cancellationToken) : new CreateResult.InProgress();
        _signals.Raise(WakeSignals.Engine);
        _signals.Raise(WakeSignals.Webhooks);
        return new CreateResult.Created(SettlementViewer.View(created, caller.EnvironmentId));
    }

    async Task<CreateResult> ReplayAsync(Caller caller, (byte[] Fingerprint, Guid Id) earlier, byte[] fingerprint, CancellationToken cancellationToken)
    {
        if (!earlier.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            return new CreateResult.KeyReused();
        SettlementRecord? settlement = await _reads.FindAsync(caller.EnvironmentId, earlier.Id, cancellationToken);
        return settlement is null ? new CreateResult.Refused(DomainError.NotFound("Settlement"))
            : new CreateResult.Replayed(SettlementViewer.View(settlement, caller.EnvironmentId));
    }
}
