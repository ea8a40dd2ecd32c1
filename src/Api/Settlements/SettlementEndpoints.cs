using System.Text.Json.Nodes;
using Keystone.Api.Conduct;
using Keystone.Api.Identity;
using Keystone.Api.Templates;
using Keystone.Ethereum;
using Keystone.Storage.Postgres;
using Keystone.Storage.Settlements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Settlements;

/// <summary><c>/v1/settlements</c>.</summary>
internal sealed class SettlementResource(SettlementStore store, TemplateStore templates, CreateReader reader, WakeSignals signals, TimeProvider time)
{
    const string Route = "POST /v1/settlements";
    const string ReadScope = "settlements:read", WriteScope = "settlements:write";

    public static void Map(IEndpointRouteBuilder routes, SettlementResource resource)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/settlements");
        group.MapPost("", (RequestDelegate)resource.CreateAsync).RequireScope(WriteScope);
        group.MapGet("", (RequestDelegate)resource.ListAsync).RequireScope(ReadScope);
        group.MapGet("{id}", (RequestDelegate)resource.GetAsync).RequireScope(ReadScope);
        group.MapGet("{id}/events", (RequestDelegate)resource.EventsAsync).RequireScope(ReadScope);
        group.MapPost("{id}/confirm", (RequestDelegate)resource.ConfirmAsync).RequireScope(WriteScope);
        group.MapPost("{id}/reject", (RequestDelegate)resource.RejectAsync).RequireScope(WriteScope);
    }

    async Task CreateAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        CancellationToken cancellationToken = context.RequestAborted;
        ObjectReader body = await BodyReader.ReadObjectAsync(context);
        IReadOnlyList<Template> offered = await templates.ListAsync(caller.EnvironmentId, cancellationToken);
        byte[] fingerprint = RequestFingerprint.Of(Route, body.Element, name => TemplateNames.Find(offered, name)?.Id.ToString() ?? name);

        // A repeat is answered before the rules: they may have become stricter with time, as for timeout_at they have.
        if (new ObjectReader(body.Element, "", new Faults()).Text("idempotency_key") is { } key
            && await store.FindEarlierAsync(caller.EnvironmentId, Route, key, cancellationToken) is { } earlier)
        {
            await ReplayAsync(context, caller, earlier, fingerprint);
            return;
        }
        Instruction instruction = await reader.ReadAsync(body, caller, offered, cancellationToken);
        SettlementRecord? created = await store.CreateAsync(instruction, caller, Route, fingerprint, Now(), cancellationToken);
        if (created is null)
        {
            (byte[], Guid) first = await store.FindEarlierAsync(caller.EnvironmentId, Route, instruction.IdempotencyKey, cancellationToken)
                ?? throw new InvalidOperationException("An idempotency key vanished.");
            await ReplayAsync(context, caller, first, fingerprint);
            return;
        }
        signals.Raise(WakeSignals.Engine);
        signals.Raise(WakeSignals.Webhooks);
        body.TellIgnored(context.Response);
        context.Response.Headers.Location = $"/v1/settlements/{created.Id}";
        await Answer.WriteAsync(context, 201, SettlementView.ToJson(created, caller.EnvironmentId));
    }

    async Task ReplayAsync(HttpContext context, Caller caller, (byte[] Fingerprint, Guid Id) earlier, byte[] fingerprint)
    {
        if (!earlier.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            throw Refusal.Validation([new Fault("/idempotency_key", "idempotency_key_reused", "This key was used for another request. Take a new key.", Named: true)]);
        context.Response.Headers["Idempotent-Replayed"] = "true";
        await Answer.WriteAsync(context, 200, SettlementView.ToJson(await FindAsync(caller, earlier.Id, context.RequestAborted), caller.EnvironmentId));
    }

    async Task GetAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        SettlementRecord settlement = await FindAsync(caller, PathId.Read(context, "Settlement"), context.RequestAborted);
        await Answer.WriteAsync(context, 200, SettlementView.ToJson(settlement, caller.EnvironmentId));
    }

    async Task ListAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        SettlementFilter filter = ReadFilter(context.Request.Query, ListCursor.Read(context, faults),
            await templates.ListAsync(caller.EnvironmentId, context.RequestAborted), faults);
        faults.ThrowIfAny();
        (IReadOnlyList<SettlementRecord> items, ListCursor? next, long total) =
            await store.ListAsync(caller.EnvironmentId, filter, paging.Limit, paging.Offset, context.RequestAborted);
        const long cap = 10_000;
        await Answer.WriteAsync(context, 200,
            paging.Envelope(items.Select(s => SettlementView.ToJson(s, caller.EnvironmentId)), Math.Min(total, cap), capped: total > cap, next));
    }

    async Task EventsAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        SettlementRecord settlement = await FindAsync(caller, PathId.Read(context, "Settlement"), context.RequestAborted);
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        faults.ThrowIfAny();
        (IReadOnlyList<EventRecord> events, long total) = await store.EventsAsync(settlement.Id, paging.Limit, paging.Offset, context.RequestAborted);
        await Answer.WriteAsync(context, 200, paging.Envelope(events.Select(e => ToJson(settlement, e)), total));
    }

    async Task ConfirmAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        CancellationToken cancellationToken = context.RequestAborted;
        // 404 before the body is looked at: messages about the body would tell that a foreign id exists.
        SettlementRecord settlement = await FindAsync(caller, PathId.Read(context, "Settlement"), cancellationToken);
        RequireAnswerable(settlement, caller);
        ObjectReader body = await BodyReader.ReadObjectAsync(context);
        Address? escrow = await store.EscrowAsync(settlement.ChainId, cancellationToken);
        string? role = body.Slug("role");
        if (role is null && body.Text("party_id") is { } party)
            role = settlement.Parties.FirstOrDefault(p => p.EnvironmentId == caller.EnvironmentId && p.Id.ToString() == party.ToLowerInvariant())?.Role
                ?? body.Bad("party_id", "unknown_party", "None of your parties here has this id.");
        string? reference = body.Text("external_reference", required: true);
        string? name = body.Text("name");
        PartyWallets wallets = PartyWallets.Read(body, escrow);
        string? lei = CreateReader.ReadLei(body);
        string? provider = body.Text("asset_provider");
        CreateReader.CheckChain(body, caller);
        CheckLegs(settlement, body, caller, role, wallets);
        body.Done();
        body.Faults.ThrowIfAny();

        string canonical = CanonicalJson.Of(new JsonObject
        {
            ["external_reference"] = reference,
            ["name"] = name,
            ["wallet_address"] = wallets.Wallet!.ToString(),
            ["receive_address"] = wallets.Receive!.ToString(),
            ["refund_address"] = wallets.Refund!.ToString(),
            ["lei"] = lei,
            ["asset_provider"] = provider,
        });
        bool repeated = await store.ConfirmAsync(settlement.Id, caller, new Confirmation(role, name, reference, provider, lei, wallets, canonical), Now(), cancellationToken);
        await AnswerFactAsync(context, caller, settlement.Id, body, repeated);
    }

    async Task RejectAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        SettlementRecord settlement = await FindAsync(caller, PathId.Read(context, "Settlement"), context.RequestAborted);
        RequireAnswerable(settlement, caller);
        ObjectReader body = await BodyReader.ReadObjectAsync(context);
        string? reason = body.Text("reason", required: true, max: 500);
        string? role = body.Slug("role");
        body.Done();
        body.Faults.ThrowIfAny();
        bool repeated = await store.RejectAsync(settlement.Id, caller, reason!, role, Now(), context.RequestAborted);
        await AnswerFactAsync(context, caller, settlement.Id, body, repeated);
    }

    async Task AnswerFactAsync(HttpContext context, Caller caller, Guid id, ObjectReader body, bool repeated)
    {
        if (repeated)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        else
        {
            signals.Raise(WakeSignals.Engine);
            signals.Raise(WakeSignals.Webhooks);
        }
        body.TellIgnored(context.Response);
        await Answer.WriteAsync(context, 200, SettlementView.ToJson(await FindAsync(caller, id, context.RequestAborted), caller.EnvironmentId));
    }

    static void RequireAnswerable(SettlementRecord settlement, Caller caller)
    {
        if (!settlement.IsCrossPlatform)
            throw Refusal.Conflict("settlement_not_cross_platform", "Settlement is not cross-platform", settlement.State);
        if (!settlement.Parties.Any(p => p.IsCounterparty && p.EnvironmentId == caller.EnvironmentId))
            throw new Refusal(403, "no_pending_party", "Your platform has no party here that is waited for.");
    }

    public static Fault SameWalletOnBothSides { get; } = new("/wallet_address", "self_delivery", "The same wallet would be on both sides of a leg.", Named: true);

    // The rules of a leg that could not be checked at creation, because the wallet was not known.
    static void CheckLegs(SettlementRecord settlement, ObjectReader body, Caller caller, string? role, PartyWallets wallets)
    {
        // Without a name it is the one that is left; that there is only one is found under the lock.
        PartyRecord[] ours = [.. settlement.Parties.Where(p => p.IsCounterparty && p.EnvironmentId == caller.EnvironmentId)];
        role ??= (ours.FirstOrDefault(p => p.Status == "pending_confirmation") ?? ours.FirstOrDefault())?.Role;
        foreach (LegRecord leg in settlement.Legs.Where(l => l.GiverRole == role || l.TakerRole == role))
        {
            PartyRecord? other = settlement.Parties.FirstOrDefault(p => p.Role == (leg.GiverRole == role ? leg.TakerRole : leg.GiverRole));
            Address? theirs = leg.GiverRole == role ? other?.Receive : other?.Wallet;
            Address? mine = leg.GiverRole == role ? wallets.Wallet : wallets.Receive;
            if (mine is not null && mine == theirs)
            {
                body.Faults.AddNamed(SameWalletOnBothSides.Pointer, SameWalletOnBothSides.Code, SameWalletOnBothSides.Message);
                return;
            }
            // The contract takes a leg only when none of its three addresses is the token; found there, it would be too late.
            string? wrong = leg.GiverRole != role ? (wallets.Receive == leg.Token ? "receive_address" : null)
                : wallets.Wallet == leg.Token ? "wallet_address" : wallets.Refund == leg.Token ? "refund_address" : null;
            if (wrong is not null)
                body.Bad(body.Has(wrong) ? wrong : "wallet_address", "token_as_wallet", "This is the token's own address, not a wallet.");
        }
    }

    async Task<SettlementRecord> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.EnvironmentId, id, cancellationToken) ?? throw Refusal.NotFound("Settlement");

    // Postgres keeps microseconds; what was answered first and what is read later are the same.
    DateTimeOffset Now() => new(time.GetUtcNow().Ticks / 10 * 10, TimeSpan.Zero);

    static JsonObject ToJson(SettlementRecord settlement, EventRecord e) => new()
    {
        ["id"] = e.Id.ToString(),
        ["settlement_id"] = settlement.Id.ToString(),
        ["sequence"] = e.Sequence,
        ["type"] = e.Type,
        ["from_state"] = e.FromState,
        ["to_state"] = e.ToState,
        ["triggered_by"] = e.TriggeredBy,
        ["payload"] = JsonNode.Parse(e.Payload),
        ["transaction"] = (string?)JsonNode.Parse(e.Payload)!["transaction"] is { } hash ? new JsonObject { ["hash"] = hash } : null,
        ["content_hash"] = Hex.Encode(e.ContentHash),
        ["previous_hash"] = Hex.Encode(e.PreviousHash),
        ["created_at"] = Times.Text(e.CreatedAt),
    };

    static string[] States(IQueryCollection query, Faults faults)
    {
        string[] states = [.. query["state"].OfType<string>()];
        if (states.Any(state => state.Any(char.IsControl)))
            faults.Add("/state", "control_character", "Control characters are not allowed.");
        return states;
    }

    static SettlementFilter ReadFilter(IQueryCollection query, ListCursor? after, IReadOnlyList<Template> offered, Faults faults)
    {
        string? wallet = One("wallet_address"), template = One("template_id"), type = One("settlement_type");
        if (type is not (null or "single_platform" or "cross_platform"))
            faults.Add("/settlement_type", "unknown_value", "Use one of: single_platform, cross_platform.");
        // By id also one that is no longer on offer.
        Guid? templateId = template is null ? null : Guid.TryParseExact(template, "D", out Guid id) ? id : TemplateNames.Find(offered, template)?.Id;
        if (template is not null && templateId is null)
            faults.Add("/template_id", "template_unknown", $"Unknown template. On offer: {string.Join(", ", offered.Select(t => t.Slug))}.");
        return new SettlementFilter(States(query, faults), type, One("external_reference"), One("idempotency_key"),
            templateId, Instant("created_from"), Instant("created_to"), Instant("timeout_before"),
            wallet is null ? null : ObjectReader.ReadAddress(wallet, "/wallet_address", faults)?.ToBytes(),
            Flag("attention"), after);

        bool Flag(string name)
        {
            if (One(name) is not { } text)
                return false;
            if (text is not ("true" or "false"))
                faults.Add("/" + name, "unknown_value", "Use true or false.");
            return text == "true";
        }

        string? One(string name)
        {
            if (query[name].Count > 1 || query[name].ToString().Any(char.IsControl))
                faults.Add("/" + name, "repeated", "Give this filter once, without control characters.");
            return query[name].Count == 1 ? query[name][0] : null;
        }

        DateTimeOffset? Instant(string name) => One(name) is { } text ? ObjectReader.ReadInstant(text, "/" + name, faults) : null;
    }
}

internal static class SettlementRegistration
{
    public static IServiceCollection AddSettlements(this IServiceCollection services) =>
        services.AddSingleton<SettlementStore>().AddSingleton<TokenReader>().AddSingleton<CreateReader>().AddSingleton<SettlementResource>();
}
