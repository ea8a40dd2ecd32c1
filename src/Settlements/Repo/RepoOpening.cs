using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Create;

namespace Keystone.Settlements.Repo;

/// <summary>An opening, as far as its closing is made of it.</summary>
internal sealed record RepoOpening(
    Guid Id, Guid EnvironmentId, string Type, Guid TemplateId, int TemplateVersion, long ChainId, DateTimeOffset MaturityAt, string RepaymentAmount, UInt256 Repayment, bool IsFinal,
    string? ExternalReference, string? TradeReference)
{
    public IReadOnlyList<InstructedParty> Parties { get; init; } = [];

    public IReadOnlyList<InstructedLeg> Legs { get; init; } = [];

    /// <summary>
    /// The closing: the same parties, wallets, roles and version of the template; every leg goes back, and of the payment leg what was agreed to be paid back. Each party confirmed it
    /// with the opening.
    /// </summary>
    /// <param name="template">The opening's, in its version.</param>
    /// <param name="owner">Environment of the opening.</param>
    /// <param name="suspended">Environments of parties that are not active: the closing is held for them.</param>
    /// <param name="now">UTC.</param>
    public Instruction Close(Template template, EnvironmentView owner, IReadOnlyList<Guid> suspended, DateTimeOffset now)
    {
        DateTimeOffset timeout = CreateValidator.FloorToSecond((MaturityAt > now ? MaturityAt : now).AddSeconds(owner.DefaultTimeoutSeconds));
        return new Instruction($"repo-close:{Id}", template, ExternalReference, Type == "cross_platform", timeout, timeout, Parties, [.. Legs.Select(Back)])
        {
            KeyScope = "repo.close",
            Category = RepoRules.Close,
            Parent = Id,
            TradeReference = TradeReference,
            HeldFor = suspended,
            TriggeredBy = "timer",
        };
    }

    InstructedLeg Back(InstructedLeg leg)
    {
        bool pays = leg.Type == "payment";
        return leg with
        {
            PartyRole = leg.RecipientRole,
            RecipientRole = leg.PartyRole,
            GiverRole = leg.TakerRole,
            TakerRole = leg.GiverRole,
            Quantity = pays ? RepaymentAmount : leg.Quantity,
            Amount = pays ? Repayment : leg.Amount,
        };
    }
}
