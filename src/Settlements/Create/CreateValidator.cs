using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Repo;
using Keystone.Settlements.Templates;
using Keystone.Settlements.Wallets;
using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Create;

/// <summary>Checks a create request against every rule and finds all faults at once.</summary>
internal sealed class CreateValidator(CreateStore store, EnvironmentStore environments, LegValidator legs, WalletRules wallets, IOptions<SettlementOptions> options, TimeProvider time)
{
    static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(366);

    /// <summary>The instruction; null when <paramref name="faults"/> has any.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="templates">Templates that the caller may use.</param>
    /// <param name="faults">Faults that the host found while it read the request; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels the reading of tokens and counterparties.</param>
    /// <param name="tokens">Registered tokens of the environment, where they were read already.</param>
    /// <exception cref="NodeException">A token that is not registered could not be read.</exception>
    public async Task<Instruction?> CheckAsync(
        CreateSettlementRequest request, Caller caller, IReadOnlyList<Template> templates, Faults faults, CancellationToken cancellationToken,
        IReadOnlyList<Instrument>? tokens = null)
    {
        MemberRules rules = new(faults);
        string? key = rules.Text("idempotency_key", request.IdempotencyKey, required: true);
        Template? template = CheckTemplateName(rules, request, templates);
        string? reference = rules.Text("external_reference", request.ExternalReference);
        (DateTimeOffset timeout, DateTimeOffset confirmBy) = CheckTimes(rules, request, caller);
        DateTimeOffset? notBefore = CheckNotBefore(rules, request, timeout);
        string? category = rules.Slug("settlement_category", request.SettlementCategory);
        Guid? replaces = await CheckReplacedAsync(rules, request, caller, cancellationToken);
        Address? escrow = await store.EscrowAsync(caller.ChainId, cancellationToken);

        List<InstructedParty> parties = [];
        List<(MemberRules Rules, PartyDetails Said, PartyWallets Wallets)> ours = [];
        foreach ((PartyRequest party, MemberRules at) in Items(rules, "parties", request.Parties, required: true))
            if (CheckParty(at, party, caller, escrow, ours) is { } read)
                Add(parties, read, at);
        await wallets.CheckAsync(caller, ours, cancellationToken);
        bool cross = request.CounterpartyParties is { Count: > 0 };
        foreach ((CounterpartyRequest party, MemberRules at) in Items(rules, "counterparty_parties", request.CounterpartyParties, required: false))
            if (await CheckCounterpartyAsync(at, party, caller, cancellationToken) is { } read)
                Add(parties, read, at);
        if (parties.Count > CreateSettlementRequest.MaxItems)
            faults.Add("/counterparty_parties", "too_many", $"At most {CreateSettlementRequest.MaxItems} parties are allowed in all.");
        List<InstructedLeg> instructed = await legs.CheckAsync(
            Items(rules, "legs", request.Legs, required: true), caller, template, parties, cancellationToken, tokens);
        if (template is not null)
            CheckTemplate(template, cross, parties, request, faults);
        RepoTerms? repo = RepoRules.Check(rules, category, request.MaturityAt, request.RepaymentAmount, request.RepoRate, timeout, instructed, time.GetUtcNow());
        return faults.Any ? null : new Instruction(key!, template!, reference, cross, timeout, confirmBy, parties, instructed)
        {
            NotBefore = notBefore,
            Hold = request.Hold == true,
            Replaces = replaces,
            Category = category,
            Repo = repo,
        };
    }

    static List<(T Item, MemberRules Rules)> Items<T>(MemberRules rules, string name, IReadOnlyList<T?>? items, bool required) where T : class
    {
        if (items is null)
        {
            rules.Missing(name, required);
            return [];
        }
        if (required && items.Count == 0 && !rules.IsBad(name))
            rules.Bad(name, "too_few", "At least one is needed.");
        if (items.Count > CreateSettlementRequest.MaxItems)
        {
            rules.Bad(name, "too_many", $"At most {CreateSettlementRequest.MaxItems} are allowed.");
            return [];
        }
        List<(T, MemberRules)> checks = [];
        for (int i = 0; i < items.Count; i++)
        {
            MemberRules at = rules.Item(name, i);
            if (items[i] is { } item)
                checks.Add((item, at));
            else if (!rules.Faults.Has(at.Pointer))
                rules.Faults.Add(at.Pointer, "wrong_type", "Must be an object.");
        }
        return checks;
    }

    static void Add(List<InstructedParty> parties, InstructedParty party, MemberRules at)
    {
        if (parties.Any(p => p.Role == party.Role))
            at.Bad("role", "duplicate_role", $"The role {party.Role} is taken by another party.");
        else
            parties.Add(party);
    }

    static Template? CheckTemplateName(MemberRules rules, CreateSettlementRequest request, IReadOnlyList<Template> templates)
    {
        string? id = rules.Text("template_id", request.TemplateId), slug = rules.Text("template_slug", request.TemplateSlug);
        string name = id is null && slug is not null ? "template_slug" : "template_id";
        if ((id ?? slug) is not { } wanted)
        {
            if (!rules.IsBad("template_slug"))
                rules.Missing("template_id");
            return null;
        }
        Template? template = TemplateNames.Find(templates, wanted);
        if (template is null)
            rules.Bad(name, "template_unknown", $"Unknown template. On offer: {string.Join(", ", templates.Select(t => t.Slug))}.");
        else if (id is not null && slug is not null && TemplateNames.Find(templates, slug) != template)
            rules.Bad("template_slug", "contradiction", "template_id and template_slug name different templates; send one of them.");
        return template;
    }

    (DateTimeOffset Timeout, DateTimeOffset ConfirmBy) CheckTimes(MemberRules rules, CreateSettlementRequest request, Caller caller)
    {
        DateTimeOffset now = time.GetUtcNow();
        int shortest = options.Value.MinimumTimeoutSeconds;
        DateTimeOffset timeout = FloorToSecond(rules.Instant("timeout_at", request.TimeoutAt) ?? now.AddSeconds(caller.DefaultTimeoutSeconds));
        if (request.TimeoutAt is not null && !rules.IsBad("timeout_at"))
        {
            if (timeout < now.AddSeconds(shortest))
                rules.Bad("timeout_at", "timeout_too_early", $"timeout_at must be at least {shortest} seconds in the future.");
            else if (timeout > now + LongestTimeout)
                rules.Bad("timeout_at", "timeout_too_late", "timeout_at must be at most 366 days in the future.");
        }
        DateTimeOffset confirmBy = rules.Instant("confirm_by", request.ConfirmBy) is { } asked ? FloorToSecond(asked) : timeout;
        if (request.ConfirmBy is not null && !rules.IsBad("confirm_by") && (confirmBy > timeout || confirmBy <= now))
            rules.Bad("confirm_by", "confirm_by_out_of_range", "confirm_by must lie in the future and not after timeout_at.");
        return (timeout, confirmBy);
    }

    static DateTimeOffset? CheckNotBefore(MemberRules rules, CreateSettlementRequest request, DateTimeOffset timeout)
    {
        if (rules.Instant("not_before", request.NotBefore) is not { } asked) return null;
        DateTimeOffset notBefore = FloorToSecond(asked);
        if (notBefore <= timeout && notBefore >= DateTimeOffset.UnixEpoch) return notBefore;
        rules.Bad("not_before", "not_before_out_of_range", "not_before must not lie after timeout_at.");
        return null;
    }

    async Task<Guid?> CheckReplacedAsync(MemberRules rules, CreateSettlementRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (rules.Text("replaces_settlement_id", request.ReplacesSettlementId, max: 64) is not { } text) return null;
        // One of others and one that never was read the same.
        if (!Guid.TryParseExact(text, "D", out Guid id) || await store.FindReplaceableAsync(caller.EnvironmentId, id, cancellationToken) is not { } found)
            rules.Bad("replaces_settlement_id", "replaced_unknown", "None of your settlements has this id.");
        else if (!found.IsTerminal)
            rules.Bad("replaces_settlement_id", "replaced_not_ended", "The settlement to be replaced has not ended; cancel it first.");
        else if (found.IsReplaced)
            rules.Bad("replaces_settlement_id", ReplacedAlready.Code, ReplacedAlready.Message);
        else
            return id;
        return null;
    }

    /// <summary>Another settlement replaces it already.</summary>
    internal static Fault ReplacedAlready { get; } = new("/replaces_settlement_id", "replaced_already", "Another settlement replaces that one already.");

    static InstructedParty? CheckParty(
        MemberRules rules, PartyRequest party, Caller caller, Address? escrow, List<(MemberRules Rules, PartyDetails Said, PartyWallets Wallets)> ours)
    {
        string? role = rules.Slug("role", party.Role, required: true);
        CheckedDetails said = CheckedDetails.Check(rules, party, caller, escrow);
        ours.Add((rules, party, said.Wallets));
        return role is null ? null
            : new InstructedParty(role, caller.PlatformId, caller.EnvironmentId, false, said.Name, said.Reference, said.Provider, said.Lei, said.Wallets.Wallet,
                said.Wallets.Receive, said.Wallets.Refund, null, null)
            { DateOfBirth = said.DateOfBirth, Country = said.Country };
    }

    async Task<InstructedParty?> CheckCounterpartyAsync(MemberRules rules, CounterpartyRequest party, Caller caller, CancellationToken cancellationToken)
    {
        string? slug = rules.Text("platform_slug", party.PlatformSlug, required: true);
        string? role = rules.Slug("role", party.Role, required: true);
        // A wallet hint is advisory: its form is checked and it never enters the terms.
        string? hint = rules.Text("wallet_address_hint", party.WalletAddressHint);
        if (hint is not null)
            MemberRules.ReadAddress(hint, rules.At("wallet_address_hint"), rules.Faults);
        string? reference = rules.Text("counterparty_reference", party.CounterpartyReference);
        rules.Chain(party.ChainId, caller);
        if (slug is null)
            return null;
        PlatformEnvironment found = new(Guid.Empty, Guid.Empty, caller.ChainId);
        if (string.Equals(slug, caller.PlatformSlug, StringComparison.Ordinal))
            rules.Faults.AddNamed(rules.At("platform_slug"), ErrorCodes.CounterpartyIsSelf, "The counterparty is your own platform; put its party into parties.");
        else if (await environments.FindCounterpartyAsync(slug, caller, cancellationToken) is { } known)
            found = known;
        else
            rules.Faults.AddNamed(rules.At("platform_slug"), ErrorCodes.CounterpartyUnknown, $"No platform can be reached under {slug}.");
        // Even after an error the party takes its role, or every leg that names the role would be reported too.
        return role is null ? null
            : new InstructedParty(role, found.PlatformId, found.Id, true, null, null, null, null, null, null, null, hint, reference);
    }

    static void CheckTemplate(Template template, bool cross, List<InstructedParty> parties, CreateSettlementRequest request, Faults faults)
    {
        if (cross && !template.AwaitsConfirmation)
            faults.AddNamed("/template_id", ErrorCodes.TemplateLacksConfirmation,
                $"The template {template.Slug} does not wait for counterparties. Use one with an await_confirmation action.");
        // Where parties or a role are wrong, that is reported, not what is missing because of it.
        bool rolesKnown = !faults.All.Any(f => f.Pointer is "/parties" or "/counterparty_parties"
            || f.Pointer.EndsWith("/role", StringComparison.Ordinal) || f.Pointer.EndsWith("/platform_slug", StringComparison.Ordinal));
        foreach (string role in template.RequiredRoles.Where(role => parties.All(p => p.Role != role)))
            if (rolesKnown)
                faults.AddNamed("/parties", ErrorCodes.MissingRequiredRole, $"Missing required role: {role}");
        if (request.Legs is null)
            return;
        HashSet<string?> types = [.. request.Legs.Select(leg => LegValidator.TypeOf(leg?.LegType))];
        foreach (string type in template.RequiredLegTypes.Where(t => !types.Contains(t)))
            faults.AddNamed("/legs", ErrorCodes.MissingRequiredLegType, $"Missing required leg type: {type}");
    }

    internal static DateTimeOffset FloorToSecond(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
