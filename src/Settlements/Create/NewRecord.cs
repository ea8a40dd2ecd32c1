using Keystone.Identity;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Create;

/// <summary>A settlement that is being inserted, as it will be read: what was written need not be asked for again.</summary>
internal static class NewRecord
{
    /// <summary>The record; null where more than the instruction decides how it reads: a hold, or a token that is not registered.</summary>
    public static SettlementRecord? Of(Guid id, Instruction instruction, Caller caller, Guid[] parties, Guid[] legs, IReadOnlyList<EnvironmentView> readers, DateTimeOffset now)
    {
        if (instruction.Hold || instruction.HeldFor.Count > 0 || instruction.Legs.Any(leg => leg.Instrument.Symbol is null)) return null;
        Dictionary<Guid, EnvironmentView> environments = readers.ToDictionary(reader => reader.Id);
        SettlementRecord made = new(id, caller.PlatformId, caller.EnvironmentId, instruction.IdempotencyKey, instruction.ExternalReference,
            instruction.CrossPlatform ? "cross_platform" : "single_platform", instruction.Template.Id, instruction.Template.Slug, instruction.Template.Version,
            instruction.Template.InitialState, Sequence: 1, IsTerminal: false, Outcome: null, instruction.TimeoutAt, instruction.ConfirmBy, caller.ChainId, EscrowContract: null,
            EscrowId: null, Salt: null, ComplianceStatus: "none", ComplianceAt: null, RollbackReason: null, RollbackSince: null, Failure: null, now, now, Terms: null, ComplianceStop: false)
        {
            NotBefore = instruction.NotBefore,
            Category = instruction.Category,
            Replaces = instruction.Replaces,
            Readers = [.. readers.Select(reader => reader.Id)],
            TradeReference = instruction.TradeReference,
            Parent = instruction.Parent,
            Repo = instruction.Repo is { } repo ? new RepoView(repo.Rate, repo.RepaymentAmount, repo.MaturityAt, null) : null,
            Owner = environments[caller.EnvironmentId],
            Registry = new TokenRegistry(instruction.Legs.Select(leg => leg.Instrument).DistinctBy(token => token.Address)
                .Select(token => new RegisteredToken(token.Address, token.Symbol!, token.Isin, token.TokenId))),
        };
        foreach ((InstructedParty p, Guid party) in instruction.Parties.Zip(parties))
            made.Parties.Add(new PartyRecord(party, id, p.Role, p.PlatformId, environments[p.EnvironmentId].PlatformSlug, p.EnvironmentId,
                p.IsCounterparty ? "pending_confirmation" : "confirmed", p.IsCounterparty, p.Name, p.ExternalReference, p.AssetProvider, p.Lei, p.Wallet, p.Receive, p.Refund,
                p.IsCounterparty ? null : caller.ChainId, p.WalletHint, p.CounterpartyReference, HintMatched: null, p.IsCounterparty ? null : now, now, now, null, null)
            { DateOfBirth = p.DateOfBirth, Country = p.Country });
        foreach (((InstructedLeg l, Guid leg), int index) in instruction.Legs.Zip(legs).Select((one, index) => (one, index)))
            made.Legs.Add(new LegRecord(leg, id, index, l.Type, l.AsSent, l.Quantity, l.Amount.ToString(), l.Direction, l.PartyRole, l.RecipientRole, l.GiverRole, l.TakerRole,
                l.ExternalReference, now, l.Instrument.Address, l.Instrument.ClaimedSymbol, l.Instrument.Decimals, l.Instrument.Standard, l.TokenId.ToString()));
        return made;
    }
}
