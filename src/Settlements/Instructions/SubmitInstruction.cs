using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Domain.Templates;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Templates;

namespace Keystone.Settlements.Instructions;

/// <summary>Use case: submit one side of a trade. When the other side waits, the two become a settlement at once.</summary>
public sealed partial class SubmitInstruction
{
    readonly InstructionStore _store;
    readonly InstructionReadStore _reads;
    readonly TemplateStore _templates;
    readonly InstructionValidator _validator;
    readonly Quotas _quotas;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal SubmitInstruction(
        InstructionStore store, InstructionReadStore reads, TemplateStore templates, InstructionValidator validator, Quotas quotas, WakeSignals signals, TimeProvider time) =>
        (_store, _reads, _templates, _validator, _quotas, _signals, _time) = (store, reads, templates, validator, quotas, signals, time);

    /// <summary>Stores the instruction, or recognises that the request was sent before.</summary>
    /// <param name="caller">Who asks; the instruction is its environment's.</param>
    /// <param name="request">One side of a trade.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<SubmittedInstruction>> ExecuteAsync(Caller caller, SubmitInstructionRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        Faults faults = found ?? new Faults();
        IReadOnlyList<Template> available = [.. (await _templates.ListAsync(caller.EnvironmentId, cancellationToken)).Select(stored => stored.Template)];
        byte[] fingerprint = Fingerprint(request, name => TemplateNames.Find(available, name)?.Id.ToString() ?? name);
        if (!faults.Any && new MemberRules(new Faults()).Text("idempotency_key", request.IdempotencyKey) is { } key
            && await _store.FindEarlierAsync(caller.EnvironmentId, key, cancellationToken) is { } earlier)
            return await ReplayAsync(caller, earlier, fingerprint, cancellationToken);

        DateTimeOffset now = _time.UtcNowMicroseconds();
        InstructionRecord? instruction;
        try
        {
            instruction = await _validator.CheckAsync(request, caller, available, faults, now, cancellationToken);
        }
        catch (TokenReadsException exhausted)
        {
            return exhausted.Error;
        }
        catch (NodeException)
        {
            return new DomainError(ErrorCodes.NodeUnavailable, "The chain's node does not answer, so the token could not be read. Nothing was stored; try again.") { RetryAfterSeconds = 5 };
        }
        if (instruction is null) return DomainError.Validation(faults.All);
        // It may become a settlement, which may cost the operator a registration.
        if (await _quotas.TakeAsync(caller, cancellationToken) is { } reached) return reached;

        InstructionStore.Stored stored = await _store.SubmitAsync(instruction, available.Single(t => t.Id == instruction.TemplateId), caller, fingerprint, now, cancellationToken);
        if (stored.InProgress) return InProgress();
        if (stored.UsedUp)
            return DomainError.Validation([new Fault("/trade_reference", "trade_reference_used_up",
                $"This environment has sent {InstructionStore.MostOfReference} instructions under this trade_reference, which is the most. Agree on a new one with the other side.")]);
        if (stored.Id is not { } id)
            return await _store.FindEarlierAsync(caller.EnvironmentId, instruction.IdempotencyKey, cancellationToken) is { } first
                ? await ReplayAsync(caller, first, fingerprint, cancellationToken) : InProgress();
        if (stored.Settlement is not null) _signals.Raise(WakeSignals.Engine);
        _signals.Raise(WakeSignals.Webhooks);
        return await ReadAsync(caller, id, replayed: false, cancellationToken);
    }

    static DomainError InProgress() => new(ErrorCodes.IdempotencyInProgress, "The first request with this key is still running.") { RetryAfterSeconds = 1 };

    async Task<Result<SubmittedInstruction>> ReplayAsync(Caller caller, (byte[] Fingerprint, Guid Id) earlier, byte[] fingerprint, CancellationToken cancellationToken) =>
        earlier.Fingerprint.AsSpan().SequenceEqual(fingerprint) ? await ReadAsync(caller, earlier.Id, replayed: true, cancellationToken)
            : DomainError.Validation([new Fault("/idempotency_key", ErrorCodes.IdempotencyKeyReused, "This key was used for another request. Take a new key.", Named: true)]);

    async Task<Result<SubmittedInstruction>> ReadAsync(Caller caller, Guid id, bool replayed, CancellationToken cancellationToken) =>
        await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is var (instruction, mismatches)
            ? new SubmittedInstruction(InstructionViewer.View(instruction, mismatches), replayed) : DomainError.NotFound("Instruction");

    // As of a request that instructs a settlement: what two serializers write differently is the same.
    static byte[] Fingerprint(SubmitInstructionRequest request, Func<string, string> template)
    {
        string? name = request.TemplateSlug ?? request.TemplateId;
        SubmitInstructionRequest normal = request with
        {
            IdempotencyKey = null,
            TemplateId = name is null ? null : template(name),
            TemplateSlug = null,
            TimeoutAt = RequestFingerprint.Time(request.TimeoutAt),
            ExpiresAt = RequestFingerprint.Time(request.ExpiresAt),
            MaturityAt = RequestFingerprint.Time(request.MaturityAt),
            CashTolerance = RequestFingerprint.Number(request.CashTolerance),
            RepaymentAmount = RequestFingerprint.Number(request.RepaymentAmount),
            RepoRate = RequestFingerprint.Number(request.RepoRate),
            Party = request.Party is null ? null : request.Party with
            {
                WalletAddress = RequestFingerprint.Address(request.Party.WalletAddress),
                ReceiveAddress = RequestFingerprint.Address(request.Party.ReceiveAddress),
                RefundAddress = RequestFingerprint.Address(request.Party.RefundAddress),
            },
            Legs = request.Legs?.Select(leg => leg is null ? null : leg with
            {
                LegType = LegValidator.TypeOf(leg.LegType) ?? "asset",
                InstrumentId = RequestFingerprint.Address(leg.InstrumentId),
                Quantity = RequestFingerprint.Number(leg.Quantity),
            }).ToArray(),
        };
        return SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Of(JsonSerializer.SerializeToNode(normal, InstructionFingerprintJson.Default.SubmitInstructionRequest))));
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(SubmitInstructionRequest))]
    sealed partial class InstructionFingerprintJson : JsonSerializerContext;
}
