using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Reporting;

/// <summary>Use case: read a settlement as a message of ISO 20022 for one of the caller's parties.</summary>
public sealed class ReadIsoMessage
{
    readonly SettlementReadStore _reads;

    internal ReadIsoMessage(SettlementReadStore reads) => _reads = reads;

    /// <summary>The message as XML.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="confirmation">True for sese.025, false for sese.024.</param>
    /// <param name="role">Which of the caller's parties; may be left out when there is one.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Result<string>> ExecuteAsync(Caller caller, Guid id, bool confirmation, string? role, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is not { } record) return DomainError.NotFound("Settlement");
        SettlementView settlement = SettlementViewer.View(record, caller.EnvironmentId);
        Guid[] own = [.. record.Parties.Where(party => party.EnvironmentId == caller.EnvironmentId).Select(party => party.Id)];
        PartyView[] parties = [.. settlement.Parties.Where(party => own.Contains(party.Id) && (role is null || party.Role == role))];
        if (parties.Length != 1)
            return DomainError.Validation([new Fault("/role", role is null ? "missing" : "unknown_role",
                $"Name one of your parties in role: {string.Join(", ", settlement.Parties.Where(party => own.Contains(party.Id)).Select(party => party.Role))}.")]);
        if (!settlement.Legs.Any(leg => leg.PartyRole == parties[0].Role || leg.RecipientRole == parties[0].Role))
            return DomainError.Conflict(ErrorCodes.MessageNotDue, "The party gives and takes nothing, so there is nothing to report to it.", settlement.State);
        bool final = settlement.Finality is { Finalized: true } || settlement is { IsTerminal: true, Failure: null };
        if (final != confirmation)
            return DomainError.Conflict(ErrorCodes.MessageNotDue, confirmation
                ? "A settlement is confirmed once, when it is final; until then read sese.024." : "The settlement is final; read sese.025.", settlement.State);
        IsoMessage message = new(settlement, parties[0]);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + (confirmation ? message.Confirmation() : message.Status()).ToString(System.Xml.Linq.SaveOptions.DisableFormatting);
    }
}
