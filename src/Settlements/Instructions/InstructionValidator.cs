using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Repo;
using Keystone.Settlements.Templates;
using Keystone.Settlements.Wallets;
using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Instructions;

/// <summary>Checks an instruction against every rule and finds all faults at once. What both sides have to agree on is compared later.</summary>
internal sealed class InstructionValidator(CreateStore store, LegValidator legs, WalletRules wallets, IOptions<SettlementOptions> options)
{
    static readonly TimeSpan NormalLife = TimeSpan.FromHours(24), LongestTimeout = TimeSpan.FromDays(366);

    /// <summary>The instruction, pending; null when <paramref name="faults"/> has any.</summary>
    /// <exception cref="NodeException">A token that is not registered could not be read.</exception>
    public async Task<InstructionRecord?> CheckAsync(
        SubmitInstructionRequest request, Caller caller, IReadOnlyList<Template> templates, Faults faults, DateTimeOffset now, CancellationToken cancellationToken)
    {
        MemberRules rules = new(faults);
        string? key = rules.Text("idempotency_key", request.IdempotencyKey, required: true);
        Template? template = CheckTemplate(rules, request, templates);
        (string? role, string? other) = CheckRole(rules, request, template);
        string? reference = rules.Text("trade_reference", request.TradeReference);
        string? counterparty = rules.Slug("counterparty_platform_slug", request.CounterpartyPlatformSlug);
        string? category = rules.Slug("settlement_category", request.SettlementCategory);
        (DateTimeOffset timeout, DateTimeOffset expires) = CheckTimes(rules, request, caller, now);
        if (request.Party is null) rules.Missing("party");
        MemberRules ofParty = new(faults, rules.At("party"));
        InstructionPartyRequest party = request.Party ?? new InstructionPartyRequest();
        Faults unread = new();
        Address? escrow = await store.EscrowAsync(caller.ChainId, cancellationToken);
        CheckedDetails said = CheckedDetails.Check(request.Party is null ? new MemberRules(unread) : ofParty, party, caller, escrow);
        await wallets.CheckAsync(caller, [(ofParty, party, said.Wallets)], cancellationToken);
        List<InstructedLeg> instructed = await CheckLegsAsync(rules, request, caller, template, role ?? "own", other ?? "other", said, cancellationToken);
        UInt256 tolerance = CheckTolerance(rules, request, instructed);
        RepoTerms? repo = RepoRules.Check(rules, category, request.MaturityAt, request.RepaymentAmount, request.RepoRate, timeout, instructed, now);
        if (faults.Any) return null;
        return new InstructionRecord(
            Guid.CreateVersion7(now), caller.PlatformId, caller.EnvironmentId, caller.ChainId, key!, caller.ClientId, reference ?? "KS-" + Guid.CreateVersion7(now), counterparty, "pending_match",
            template!.Id, template.Slug, template.Version, role!, other!, said.Name, said.Reference!, said.Provider, said.Lei, said.Wallets.Wallet!.Value, said.Wallets.Receive!.Value,
            said.Wallets.Refund!.Value, category, repo?.MaturityAt, repo?.Rate, repo?.RepaymentAmount, repo?.Repayment, request.CashTolerance, timeout, expires, null, now, now)
        {
            DateOfBirth = said.DateOfBirth,
            Country = said.Country,
            Legs = [.. instructed.Select((leg, i) => new InstructionLeg(
                i, leg.Type, leg.Instrument, leg.AsSent, leg.Quantity, leg.Amount, leg.TokenId, leg.Type == "payment" ? tolerance : UInt256.Zero, leg.Direction, leg.ExternalReference))],
        };
    }

    static Template? CheckTemplate(MemberRules rules, SubmitInstructionRequest request, IReadOnlyList<Template> templates)
    {
        string? slug = rules.Text("template_slug", request.TemplateSlug), id = rules.Text("template_id", request.TemplateId);
        if ((slug ?? id) is not { } wanted)
        {
            if (!rules.IsBad("template_id")) rules.Missing("template_slug");
            return null;
        }
        string name = slug is null ? "template_id" : "template_slug";
        Template? template = TemplateNames.Find(templates, wanted);
        if (template is null)
            rules.Bad(name, "template_unknown", $"Unknown template. On offer: {string.Join(", ", templates.Select(t => t.Slug))}.");
        else if (slug is not null && id is not null && TemplateNames.Find(templates, id) != template)
            rules.Bad("template_id", "contradiction", "template_id and template_slug name different templates; send one of them.");
        else if (template.RequiredRoles.Length != 2)
            rules.Bad(name, "template_not_bilateral", $"The template {template.Slug} does not have exactly two roles, so two instructions cannot be the whole of a trade.");
        else
            return template;
        return null;
    }

    static (string? Role, string? Other) CheckRole(MemberRules rules, SubmitInstructionRequest request, Template? template)
    {
        string? role = rules.Slug("role", request.Role, required: true);
        if (role is null || template is null) return (role, null);
        if (!template.RequiredRoles.Contains(role))
        {
            rules.Bad("role", "unknown_role", $"The template {template.Slug} has these roles: {string.Join(", ", template.RequiredRoles)}.");
            return (null, null);
        }
        return (role, template.RequiredRoles.Single(one => one != role));
    }

    (DateTimeOffset Timeout, DateTimeOffset Expires) CheckTimes(MemberRules rules, SubmitInstructionRequest request, Caller caller, DateTimeOffset now)
    {
        int shortest = options.Value.MinimumTimeoutSeconds;
        DateTimeOffset timeout = CreateValidator.FloorToSecond(rules.Instant("timeout_at", request.TimeoutAt) ?? now.AddSeconds(caller.DefaultTimeoutSeconds));
        if (request.TimeoutAt is not null && !rules.IsBad("timeout_at"))
        {
            if (timeout < now.AddSeconds(shortest))
                rules.Bad("timeout_at", "timeout_too_early", $"timeout_at must be at least {shortest} seconds in the future.");
            else if (timeout > now + LongestTimeout)
                rules.Bad("timeout_at", "timeout_too_late", "timeout_at must be at most 366 days in the future.");
        }
        // A time that was refused may be one from which nothing can be subtracted.
        if (rules.IsBad("timeout_at"))
        {
            rules.Instant("expires_at", request.ExpiresAt);
            return (timeout, timeout);
        }
        // As long as a settlement that is made of it has the time that every settlement has.
        DateTimeOffset latest = timeout.AddSeconds(-shortest), normal = now + NormalLife < latest ? now + NormalLife : latest;
        DateTimeOffset expires = rules.Instant("expires_at", request.ExpiresAt) is { } asked ? CreateValidator.FloorToSecond(asked) : CreateValidator.FloorToSecond(normal);
        if (request.ExpiresAt is not null && !rules.IsBad("expires_at") && (expires <= now || expires > latest))
            rules.Bad("expires_at", "expires_at_out_of_range", $"expires_at must lie in the future and at least {shortest} seconds before timeout_at.");
        return (timeout, expires);
    }

    async Task<List<InstructedLeg>> CheckLegsAsync(
        MemberRules rules, SubmitInstructionRequest request, Caller caller, Template? template, string role, string other, CheckedDetails said, CancellationToken cancellationToken)
    {
        if (request.Legs is null)
        {
            rules.Missing("legs");
            return [];
        }
        if (request.Legs.Count == 0 && !rules.IsBad("legs")) rules.Bad("legs", "too_few", "At least one is needed.");
        List<(LegRequest, MemberRules)> sent = [];
        for (int i = 0; i < request.Legs.Count; i++)
        {
            MemberRules at = rules.Item("legs", i);
            if (request.Legs[i] is { } leg)
                sent.Add((new LegRequest
                {
                    LegType = leg.LegType ?? "asset",
                    InstrumentId = leg.InstrumentId,
                    Quantity = leg.Quantity,
                    Direction = leg.Direction,
                    PartyRole = role,
                    RecipientRole = other,
                    ExternalReference = leg.ExternalReference,
                    TokenStandard = leg.TokenStandard,
                    TokenId = leg.TokenId,
                    ChainId = leg.ChainId,
                }, at));
            else if (!rules.Faults.Has(at.Pointer))
                rules.Faults.Add(at.Pointer, "wrong_type", "Must be an object.");
        }
        InstructedParty ours = new(role, caller.PlatformId, caller.EnvironmentId, false, said.Name, said.Reference, said.Provider, said.Lei, said.Wallets.Wallet, said.Wallets.Receive, said.Wallets.Refund, null, null);
        InstructedParty theirs = ours with { Role = other, IsCounterparty = true, Name = null, ExternalReference = null, AssetProvider = null, Lei = null, Wallet = null, Receive = null, Refund = null };
        List<InstructedLeg> checkedLegs = await legs.CheckAsync(sent, caller, template, [ours, theirs], cancellationToken);
        if (checkedLegs.Count != sent.Count) return checkedLegs;
        for (int i = 0; i < checkedLegs.Count; i++)
            if (checkedLegs.Take(i).Any(leg => leg.Instrument.Address == checkedLegs[i].Instrument.Address && leg.TokenId == checkedLegs[i].TokenId))
                rules.Item("legs", i).Bad("instrument_id", "instrument_twice", "Another leg of this instruction names this token; two sides are compared token by token.");
        foreach (string type in (template?.RequiredLegTypes ?? []).Where(type => checkedLegs.All(leg => leg.Type != type)))
            rules.Faults.AddNamed(rules.At("legs"), ErrorCodes.MissingRequiredLegType, $"Missing required leg type: {type}");
        return checkedLegs;
    }

    // Smallest units of the payment leg's token.
    static UInt256 CheckTolerance(MemberRules rules, SubmitInstructionRequest request, List<InstructedLeg> instructed)
    {
        if (rules.Text("cash_tolerance", request.CashTolerance, min: 0) is not { } text) return UInt256.Zero;
        InstructedLeg[] payments = [.. instructed.Where(leg => leg.Type == "payment")];
        if (text.Trim('0', '.').Length == 0 && text.Length > 0) return UInt256.Zero;
        if (!Quantity.IsWellFormed(text))
            rules.Bad("cash_tolerance", "invalid_quantity", "Use a decimal number as a string, such as \"2\" or \"0.5\".");
        else if (payments.Length != 1)
            rules.Bad("cash_tolerance", "one_payment_leg", "A tolerance needs exactly one payment leg.");
        else if (Quantity.ToUnits(text, payments[0].Instrument.Decimals, payments[0].Instrument.Name, out string code, out string message) is { } units)
        {
            if (units <= payments[0].Amount) return units;
            rules.Bad("cash_tolerance", "tolerance_too_large", "The tolerance is larger than the amount itself.");
        }
        else
            rules.Bad("cash_tolerance", code, message);
        return UInt256.Zero;
    }
}
