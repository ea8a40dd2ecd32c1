using Keystone.Api.Conduct;
using Keystone.Api.Identity;
using Keystone.Api.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Settlements;

/// <summary>Checks a create request against every rule and finds all faults at once.</summary>
internal sealed class CreateReader(SettlementStore store, TokenReader tokens, IOptions<ApiOptions> options, TimeProvider time)
{
    const int MaxParties = 64, MaxLegs = 64;
    static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(366);
    readonly int _shortestTimeout = options.Value.MinimumTimeoutSeconds;

    public async Task<Instruction> ReadAsync(ObjectReader body, Caller caller, IReadOnlyList<Template> templates, CancellationToken cancellationToken)
    {
        Faults faults = body.Faults;
        string? key = body.Text("idempotency_key", required: true);
        Template? template = ReadTemplate(body, templates);
        string? reference = body.Text("external_reference");
        (DateTimeOffset timeout, DateTimeOffset confirmBy) = ReadTimes(body, caller);
        Address? escrow = await store.EscrowAsync(caller.ChainId, cancellationToken);

        List<InstructedParty> parties = [];
        foreach (ObjectReader party in body.Objects("parties", required: true, MaxParties))
            if (ReadParty(party, caller, escrow) is { } read)
                Add(parties, read, party);
        bool cross = false;
        foreach (ObjectReader party in body.Objects("counterparty_parties", required: false, MaxParties))
        {
            cross = true;
            if (await ReadCounterpartyAsync(party, caller, cancellationToken) is { } read)
                Add(parties, read, party);
        }
        if (parties.Count > MaxParties)
            faults.Add("/counterparty_parties", "too_many", $"At most {MaxParties} parties are allowed in all.");
        List<InstructedLeg> legs = await ReadLegsAsync(body, caller, template, parties, cancellationToken);
        if (template is not null)
            CheckTemplate(template, cross, parties, body, faults);
        body.Done();
        faults.ThrowIfAny();
        return new Instruction(key!, template!, reference, cross, timeout, confirmBy, parties, legs);
    }

    static void Add(List<InstructedParty> parties, InstructedParty party, ObjectReader at)
    {
        if (parties.Any(p => p.Role == party.Role))
            at.Bad("role", "duplicate_role", $"The role {party.Role} is taken by another party.");
        else
            parties.Add(party);
    }

    static Template? ReadTemplate(ObjectReader body, IReadOnlyList<Template> templates)
    {
        string? id = body.Text("template_id"), slug = body.Text("template_slug");
        string name = id is null && slug is not null ? "template_slug" : "template_id";
        if ((id ?? slug) is not { } wanted)
        {
            if (!body.Faults.Has("/template_id") && !body.Faults.Has("/template_slug"))
                body.Bad("template_id", "missing", "This member is required.");
            return null;
        }
        Template? template = TemplateNames.Find(templates, wanted);
        if (template is null)
            body.Bad(name, "template_unknown", $"Unknown template. On offer: {string.Join(", ", templates.Select(t => t.Slug))}.");
        else if (id is not null && slug is not null && TemplateNames.Find(templates, slug) != template)
            body.Bad("template_slug", "contradiction", "template_id and template_slug name different templates; send one of them.");
        return template;
    }

    (DateTimeOffset Timeout, DateTimeOffset ConfirmBy) ReadTimes(ObjectReader body, Caller caller)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset timeout = FloorToSecond(body.Instant("timeout_at") ?? now.AddSeconds(caller.DefaultTimeoutSeconds));
        if (!body.Faults.Has("/timeout_at") && body.Has("timeout_at"))
        {
            if (timeout < now.AddSeconds(_shortestTimeout))
                body.Bad("timeout_at", "timeout_too_early", $"timeout_at must be at least {_shortestTimeout} seconds in the future.");
            else if (timeout > now + LongestTimeout)
                body.Bad("timeout_at", "timeout_too_late", "timeout_at must be at most 366 days in the future.");
        }
        DateTimeOffset confirmBy = body.Instant("confirm_by") is { } asked ? FloorToSecond(asked) : timeout;
        if (body.Has("confirm_by") && !body.Faults.Has("/confirm_by") && (confirmBy > timeout || confirmBy <= now))
            body.Bad("confirm_by", "confirm_by_out_of_range", "confirm_by must lie in the future and not after timeout_at.");
        return (timeout, confirmBy);
    }

    static InstructedParty? ReadParty(ObjectReader party, Caller caller, Address? escrow)
    {
        int before = party.Faults.All.Count;
        string? role = party.Slug("role", required: true);
        string? reference = party.Text("external_reference", required: true);
        string? name = party.Text("name");
        PartyWallets wallets = PartyWallets.Read(party, escrow);
        string? lei = ReadLei(party);
        string? provider = party.Text("asset_provider");
        CheckChain(party, caller);
        party.Done();
        return party.Faults.All.Count > before && role is null ? null
            : new InstructedParty(role!, caller.PlatformId, caller.EnvironmentId, false, name, reference, provider, lei, wallets.Wallet, wallets.Receive,
                wallets.Refund, null, null);
    }

    async Task<InstructedParty?> ReadCounterpartyAsync(ObjectReader party, Caller caller, CancellationToken cancellationToken)
    {
        string? slug = party.Text("platform_slug", required: true);
        string? role = party.Slug("role", required: true);
        // A hint is what somebody believes; it is checked for form and never enters the terms.
        string? hint = party.Text("wallet_address_hint");
        if (hint is not null)
            ObjectReader.ReadAddress(hint, party.At("wallet_address_hint"), party.Faults);
        string? reference = party.Text("counterparty_reference");
        CheckChain(party, caller);
        party.Done();
        if (slug is null)
            return null;
        Counterparty found = new(Guid.Empty, Guid.Empty);
        if (string.Equals(slug, caller.PlatformSlug, StringComparison.Ordinal))
        {
            party.Faults.AddNamed(party.At("platform_slug"), "counterparty_is_self", "The counterparty is your own platform; put its party into parties.");
        }
        else if (await store.FindCounterpartyAsync(slug, caller, cancellationToken) is { } known)
        {
            found = known;
        }
        else
        {
            party.Faults.AddNamed(party.At("platform_slug"), "counterparty_platform_unknown", $"No platform can be reached under {slug}.");
        }
        // After a fault too: its role is taken, and the legs that name it are not at fault.
        return role is null ? null
            : new InstructedParty(role, found.PlatformId, found.EnvironmentId, true, null, null, null, null, null, null, null, hint, reference);
    }

    async Task<List<InstructedLeg>> ReadLegsAsync(
        ObjectReader body, Caller caller, Template? template, List<InstructedParty> parties, CancellationToken cancellationToken)
    {
        List<InstructedLeg> legs = [];
        Dictionary<Address, Instrument> read = [];
        foreach (ObjectReader leg in body.Objects("legs", required: true, MaxLegs))
        {
            string? type = leg.Slug("leg_type", required: true);
            if (type == "asset_delivery")
                type = "asset";
            if (type is not null && template is { AllowsOtherLegTypes: false } && !template.RequiredLegTypes.Contains(type))
                leg.Bad("leg_type", "unknown_leg_type", $"The template {template.Slug} has legs of these types only: {string.Join(", ", template.RequiredLegTypes)}.");
            string? sent = leg.Text("instrument_id", required: true);
            string? quantity = leg.Text("quantity", required: true, min: 0);
            string? direction = leg.Word("direction", required: true, "deliver", "receive");
            string? role = ReadRole(leg, "party_role", parties, required: true);
            string? recipient = ReadRole(leg, leg.Has("counterparty_role") && !leg.Has("recipient_role") ? "counterparty_role" : "recipient_role", parties, required: false);
            string? reference = leg.Text("external_reference");
            string? standard = leg.Word("token_standard", required: false, TokenStandards.Erc20, TokenStandards.Erc721, TokenStandards.Erc1155);
            string? sentTokenId = leg.Text("token_id", min: 0);
            CheckChain(leg, caller);
            leg.Done();
            if (quantity is not null && !Quantity.IsWellFormed(quantity))
            {
                leg.Bad("quantity", "invalid_quantity", "Use a decimal number above zero as a string, such as \"100\" or \"0.5\".");
                quantity = null;
            }
            Instrument? instrument = sent is null ? null : await FindInstrumentAsync(leg, sent, caller, read, cancellationToken);
            if (role is not null && recipient is null && !leg.Faults.Has(leg.At("recipient_role")))
                recipient = OtherRole(leg, role, parties);
            if (role is not null && role == recipient)
                leg.Bad("recipient_role", "self_delivery", "Giver and taker are the same role.");
            UInt256? tokenId = instrument is null ? null : ReadTokenId(leg, instrument, sentTokenId);
            if (standard is not null && instrument is not null && standard != instrument.Standard)
                leg.Bad("token_standard", "token_standard_differs", $"{instrument.Symbol} is an {instrument.Standard} token.");
            UInt256? amount = null;
            if (quantity is not null && instrument is not null)
            {
                amount = Quantity.ToUnits(quantity, instrument.Decimals, instrument.Symbol, out string code, out string message);
                if (amount is null)
                    leg.Bad("quantity", code, message);
                else if (instrument.Standard == TokenStandards.Erc721 && amount != UInt256.One)
                    leg.Bad("quantity", "quantity_not_one", "A token of an ERC-721 contract is one and whole: the quantity is \"1\".");
            }
            if (type is null || sent is null || quantity is null || direction is null || role is null || recipient is null || instrument is null || amount is null || tokenId is null)
                continue;
            (string giver, string taker) = direction == "deliver" ? (role, recipient) : (recipient, role);
            InstructedLeg complete = new(type, instrument, sent, quantity, tokenId.Value, amount.Value, direction, role, recipient, giver, taker, reference);
            CheckWallets(leg, complete, parties);
            if (legs.Any(l => l.Direction != direction && l.Type == type && l.GiverRole == giver && l.TakerRole == taker
                && l.Instrument.Address == instrument.Address && l.TokenId == tokenId.Value && l.Amount == amount.Value))
                leg.Faults.AddNamed(leg.Pointer, "leg_mirrored", "Another leg describes the same movement from the other side; the money would move twice. Send one of them.");
            else if (instrument.Standard == TokenStandards.Erc721 && legs.Any(l => l.Instrument.Address == instrument.Address && l.TokenId == tokenId.Value))
                leg.Bad("token_id", "token_twice", "Another leg moves this token already; there is only one of it.");
            legs.Add(complete);
        }
        return legs;
    }

    // Zero for an ERC-20, as in the terms.
    static UInt256? ReadTokenId(ObjectReader leg, Instrument instrument, string? sent)
    {
        if (leg.Faults.Has(leg.At("token_id")))
            return null;
        if (instrument.Standard == TokenStandards.Erc20)
        {
            if (sent is null)
                return UInt256.Zero;
            leg.Bad("token_id", "unexpected_token_id", $"{instrument.Symbol} is an ERC-20 token; its units have no ids.");
            return null;
        }
        if (sent is null)
        {
            leg.Bad("token_id", "missing", $"{instrument.Symbol} is an {instrument.Standard} token; name which of its tokens, in decimal digits.");
            return null;
        }
        UInt256? id = TokenIds.Read(sent);
        if (id is null)
            leg.Bad("token_id", "invalid_token_id", "Use the id in decimal digits as a string, such as \"7\", at most 2^256-1.");
        return id;
    }

    static string? ReadRole(ObjectReader leg, string name, List<InstructedParty> parties, bool required)
    {
        string? role = leg.Slug(name, required);
        return role is null || parties.Count == 0 || parties.Any(p => p.Role == role) ? role
            : leg.Bad(name, "unknown_role", $"No party has the role {role}.");
    }

    static string? OtherRole(ObjectReader leg, string role, List<InstructedParty> parties)
    {
        InstructedParty[] others = [.. parties.Where(p => p.Role != role)];
        if (others.Length == 1)
            return others[0].Role;
        return leg.Bad("recipient_role", "missing", others.Length == 0
            ? "There is no other party that could be the other side of this leg."
            : "There are more than two parties; name the other side of this leg.");
    }

    static void CheckWallets(ObjectReader leg, InstructedLeg read, List<InstructedParty> parties)
    {
        InstructedParty? giver = parties.FirstOrDefault(p => p.Role == read.GiverRole), taker = parties.FirstOrDefault(p => p.Role == read.TakerRole);
        if (giver?.Wallet is { } from && taker is { Receive: { } to } && from == to)
            leg.Faults.AddNamed(leg.Pointer, "self_delivery", "The same wallet is on both sides of this leg.");
        if (new[] { giver?.Wallet, giver?.Refund, taker?.Receive }.Any(w => w == read.Instrument.Address))
            leg.Bad("instrument_id", "token_as_wallet", "The token's own address is given as a wallet of this leg.");
    }

    async Task<Instrument?> FindInstrumentAsync(ObjectReader leg, string sent, Caller caller, Dictionary<Address, Instrument> read, CancellationToken cancellationToken)
    {
        string at = leg.At("instrument_id");
        if (!sent.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            IReadOnlyList<Instrument> known = await store.InstrumentsAsync(caller.EnvironmentId, caller.ChainId, cancellationToken);
            if (known.FirstOrDefault(i => i.Symbol == sent) is { } bySymbol)
                return bySymbol;
            string? near = known.FirstOrDefault(i => i.Symbol.Equals(sent, StringComparison.OrdinalIgnoreCase))?.Symbol;
            leg.Faults.Add(at, "instrument_unknown", near is null
                ? $"No token is registered under {sent}. Use its address, or one of: {string.Join(", ", known.Select(i => i.Symbol).Take(20))}."
                : $"No token is registered under {sent}; did you mean {near}?");
            return null;
        }
        if (ObjectReader.ReadAddress(sent, at, leg.Faults) is not { } address)
            return null;
        if (read.TryGetValue(address, out Instrument? seen))
            return seen;
        Instrument? instrument = await store.FindInstrumentAsync(caller.EnvironmentId, caller.ChainId, address, cancellationToken);
        if (instrument is null)
        {
            (instrument, string? reason) = await tokens.ReadAsync(caller.ChainId, Guid.CreateVersion7(time.GetUtcNow()), address, cancellationToken);
            if (instrument is null)
            {
                leg.Faults.Add(at, "not_a_token", reason!);
                return null;
            }
        }
        return read[address] = instrument;
    }

    static void CheckTemplate(Template template, bool cross, List<InstructedParty> parties, ObjectReader body, Faults faults)
    {
        if (cross && !template.AwaitsConfirmation)
            faults.AddNamed("/template_id", "template_lacks_confirmation",
                $"The template {template.Slug} does not wait for counterparties. Use one with an await_confirmation action.");
        foreach (string role in template.RequiredRoles.Where(role => parties.All(p => p.Role != role)))
            if (!faults.All.Any(f => f.Pointer.EndsWith("/role", StringComparison.Ordinal) || f.Pointer.EndsWith("/platform_slug", StringComparison.Ordinal)))
                faults.AddNamed("/parties", "missing_required_role", $"Missing required role: {role}");
        if (!body.Has("legs"))
            return;
        HashSet<string?> types = [];
        foreach (System.Text.Json.JsonElement leg in body.Element.GetProperty("legs") is { ValueKind: System.Text.Json.JsonValueKind.Array } array ? array.EnumerateArray() : default)
            if (leg.ValueKind == System.Text.Json.JsonValueKind.Object && leg.TryGetProperty("leg_type", out System.Text.Json.JsonElement type)
                && type.ValueKind == System.Text.Json.JsonValueKind.String)
                types.Add(type.GetString() is "asset_delivery" ? "asset" : type.GetString());
        foreach (string type in template.RequiredLegTypes.Where(t => !types.Contains(t)))
            faults.AddNamed("/legs", "missing_required_leg_type", $"Missing required leg type: {type}");
    }

    public static void CheckChain(ObjectReader reader, Caller caller)
    {
        if (reader.Integer("chain_id") is { } chain && chain != caller.ChainId)
            reader.Faults.AddNamed(reader.At("chain_id"), "cross_chain_not_supported",
                $"All parties and legs settle on chain {caller.ChainId}, the chain of this environment.");
    }

    public static string? ReadLei(ObjectReader party)
    {
        if (party.Text("lei") is not { } lei)
            return null;
        bool form = lei.Length == 20 && lei.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));
        int rest = 0;
        // ISO 17442: ISO 7064 mod 97-10 over the digits, letters counting 10 to 35.
        if (form)
            foreach (char c in lei)
                rest = char.IsAsciiDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97;
        return form && rest == 1 ? lei : party.Bad("lei", "invalid_lei", "Not a legal entity identifier: 20 characters with the right check digits (ISO 17442).");
    }

    static DateTimeOffset FloorToSecond(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}

/// <summary>The wallets of a party: pays from one, may receive and be refunded at others.</summary>
internal readonly record struct PartyWallets(Address? Wallet, Address? Receive, Address? Refund)
{
    public static PartyWallets Read(ObjectReader party, Address? escrow)
    {
        Address? wallet = ReadOne(party, "wallet_address", true, escrow);
        return new PartyWallets(wallet, ReadOne(party, "receive_address", false, escrow) ?? wallet, ReadOne(party, "refund_address", false, escrow) ?? wallet);
    }

    static Address? ReadOne(ObjectReader party, string name, bool required, Address? escrow)
    {
        Address? wallet = party.Wallet(name, required);
        if (wallet is not null && wallet == escrow)
            party.Bad(name, "escrow_as_wallet", "This is the escrow contract, not a wallet.");
        return wallet;
    }
}
