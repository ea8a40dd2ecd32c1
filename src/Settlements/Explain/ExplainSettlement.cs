using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Read;
using Keystone.Settlements.Templates;

namespace Keystone.Settlements.Explain;

/// <summary>Use case: say who has to act on a settlement, by when, and what keeps it waiting.</summary>
public sealed class ExplainSettlement
{
    readonly SettlementReadStore _reads;
    readonly TemplateStore _templates;
    readonly PauseStore _pauses;
    readonly ILegPreflight _preflight;

    internal ExplainSettlement(SettlementReadStore reads, TemplateStore templates, PauseStore pauses, ILegPreflight preflight) =>
        (_reads, _templates, _pauses, _preflight) = (reads, templates, pauses, preflight);

    /// <summary>What the settlement waits for, as the caller's environment may read it. One of others and one that never was give the same error.</summary>
    public async Task<Result<ExplainView>> ExecuteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is not { } settlement)
            return DomainError.NotFound("Settlement");
        Template template = await _templates.FindAsync(settlement.TemplateId, settlement.TemplateVersion, cancellationToken);
        bool paused = (await _pauses.ActiveAsync(cancellationToken)).Any(pause => Covers(pause.What, settlement));
        List<WaitView> waits = new Waiting(settlement, template, caller.EnvironmentId, paused).All();
        foreach ((WaitView wait, int place) in waits.Select((wait, place) => (wait, place)).ToArray())
            if (wait.Action == "deposit" && settlement.Legs.FirstOrDefault(leg => leg.Id == wait.LegId) is { } leg && PreflightOf(settlement, leg, caller.EnvironmentId) is { } check)
                waits[place] = wait with { Checks = await _preflight.CheckAsync(check, cancellationToken) };
        string? next = settlement.IsTerminal ? null
            : settlement.RollbackReason is { } reason ? (reason == "timeout" ? template.TimeoutState : null) ?? template.FailureState
            : template.After(settlement.State);
        return new ExplainView(settlement.State, waits, next);
    }

    internal static bool Covers(PauseScope pause, SettlementRecord s) => pause.Scope switch
    {
        "all" => true,
        "environment" => pause.Environment == s.EnvironmentId || s.Parties.Any(party => party.EnvironmentId == pause.Environment),
        "token" => pause.ChainId == s.ChainId && s.Legs.Any(leg => leg.Token == pause.Token),
        _ => s.Terms is { } terms && pause.EscrowId == terms.Id,
    };

    // The other side's wallets are its own business.
    static PreflightLeg? PreflightOf(SettlementRecord s, LegRecord leg, Guid reader) =>
        s.Terms is { } terms && leg.Index < terms.Legs.Length && s.Parties.Any(party => party.Role == leg.GiverRole && party.EnvironmentId == reader)
            ? new PreflightLeg(reader, s.ChainId, terms.Contract, leg.Standard, leg.Token, terms.Legs[leg.Index].TokenId, terms.Legs[leg.Index].Amount, terms.Legs[leg.Index].From,
                terms.Legs[leg.Index].To)
            : null;
}
