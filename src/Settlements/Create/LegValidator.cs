using Keystone.Domain.Names;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Create;

/// <summary>Checks the legs of a create request.</summary>
internal sealed class LegValidator(CreateStore store, TokenReader tokens, TimeProvider time)
{
    /// <summary>The type under which a leg is stored; clients of the newer generation send <c>asset_delivery</c> for <c>asset</c>.</summary>
    public static string? TypeOf(string? sent) => sent == "asset_delivery" ? "asset" : sent;

    /// <summary>True when a leg names its token by a word, which stands in the registry of the environment, and not by its address.</summary>
    public static bool NamesTokens(CreateSettlementRequest request) => request.Legs?.Any(leg => leg?.InstrumentId is { } named && !IsAddress(named)) == true;

    static bool IsAddress(string named) => named.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    /// <summary>The legs without fault; faults of the others are added.</summary>
    /// <exception cref="NodeException">A token that is not registered could not be read.</exception>
    public async Task<List<InstructedLeg>> CheckAsync(
        IReadOnlyList<(LegRequest Leg, MemberRules Rules)> sent, Caller caller, Template? template, List<InstructedParty> parties,
        CancellationToken cancellationToken, IReadOnlyList<Instrument>? registered = null)
    {
        List<InstructedLeg> legs = [];
        Seen seen = new() { Registered = registered };
        foreach ((LegRequest leg, MemberRules rules) in sent)
        {
            string? type = TypeOf(rules.Slug("leg_type", leg.LegType, required: true));
            if (type is not null && template is { AllowsOtherLegTypes: false } && !template.RequiredLegTypes.Contains(type))
                rules.Bad("leg_type", "unknown_leg_type", $"The template {template.Slug} has legs of these types only: {string.Join(", ", template.RequiredLegTypes)}.");
            string? asSent = rules.Text("instrument_id", leg.InstrumentId, required: true);
            string? quantity = rules.Text("quantity", leg.Quantity, required: true, min: 0);
            string? direction = rules.Word("direction", leg.Direction, required: true, "deliver", "receive");
            string? role = CheckRole(rules, "party_role", leg.PartyRole, parties, required: true);
            string? recipient = leg.RecipientRole is null && leg.CounterpartyRole is not null
                ? CheckRole(rules, "counterparty_role", leg.CounterpartyRole, parties, required: false)
                : CheckRole(rules, "recipient_role", leg.RecipientRole, parties, required: false);
            string? reference = rules.Text("external_reference", leg.ExternalReference);
            string? standard = rules.Word("token_standard", leg.TokenStandard, required: false, TokenStandards.Erc20, TokenStandards.Erc721, TokenStandards.Erc1155);
            string? sentTokenId = rules.Text("token_id", leg.TokenId, min: 0);
            rules.Chain(leg.ChainId, caller);
            if (quantity is not null && !Quantity.IsWellFormed(quantity))
            {
                rules.Bad("quantity", "invalid_quantity", "Use a decimal number above zero as a string, such as \"100\" or \"0.5\".");
                quantity = null;
            }
            Instrument? instrument = asSent is null ? null : await FindInstrumentAsync(rules, asSent, caller, seen, cancellationToken);
            if (role is not null && recipient is null && !rules.IsBad("recipient_role") && !rules.IsBad("counterparty_role"))
                recipient = OtherRole(rules, role, parties);
            if (role is not null && role == recipient)
                rules.Bad("recipient_role", "self_delivery", "Giver and taker are the same role.");
            UInt256? tokenId = instrument is null ? null : CheckTokenId(rules, instrument, asSent!, sentTokenId);
            if (standard is not null && instrument is not null && standard != instrument.Standard)
                rules.Bad("token_standard", "token_standard_differs", $"{instrument.Name} is an {instrument.Standard} token.");
            UInt256? amount = quantity is null || instrument is null ? null : CheckAmount(rules, quantity, instrument);
            if (type is null || asSent is null || quantity is null || direction is null || role is null || recipient is null || instrument is null || amount is null || tokenId is null)
                continue;
            (string giver, string taker) = direction == "deliver" ? (role, recipient) : (recipient, role);
            InstructedLeg complete = new(type, instrument, asSent, quantity, tokenId.Value, amount.Value, direction, role, recipient, giver, taker, reference);
            CheckWallets(rules, complete, parties);
            CheckOthers(rules, complete, legs);
            legs.Add(complete);
        }
        return legs;
    }

    static void CheckOthers(MemberRules rules, InstructedLeg leg, List<InstructedLeg> others)
    {
        if (others.Any(l => l.Direction != leg.Direction && l.Type == leg.Type && l.GiverRole == leg.GiverRole && l.TakerRole == leg.TakerRole
            && l.Instrument.Address == leg.Instrument.Address && l.TokenId == leg.TokenId && l.Amount == leg.Amount))
            rules.Faults.AddNamed(rules.Pointer, ErrorCodes.LegMirrored, "Another leg describes the same movement from the other side; the money would move twice. Send one of them.");
        else if (leg.Instrument.Standard == TokenStandards.Erc721 && others.Any(l => l.Instrument.Address == leg.Instrument.Address && l.TokenId == leg.TokenId))
            rules.Bad("token_id", "token_twice", "Another leg moves this token already; there is only one of it.");
    }

    static UInt256? CheckAmount(MemberRules rules, string quantity, Instrument instrument)
    {
        UInt256? amount = Quantity.ToUnits(quantity, instrument.Decimals, instrument.Name, out string code, out string message);
        if (amount is null)
            rules.Bad("quantity", code, message);
        else if (instrument.Standard == TokenStandards.Erc721 && amount != UInt256.One)
            rules.Bad("quantity", "quantity_not_one", "A token of an ERC-721 contract is one and whole: the quantity is \"1\".");
        return amount;
    }

    // Zero for an ERC-20, as in the terms.
    static UInt256? CheckTokenId(MemberRules rules, Instrument instrument, string word, string? sent)
    {
        if (rules.IsBad("token_id"))
            return null;
        if (instrument.Standard == TokenStandards.Erc20)
        {
            if (sent is null)
                return UInt256.Zero;
            rules.Bad("token_id", "unexpected_token_id", $"{instrument.Name} is an ERC-20 token; its units have no ids.");
            return null;
        }
        // A word can stand for one token of the contract; the contract's address stands for none.
        UInt256? meant = word == instrument.Symbol || word == instrument.Isin ? instrument.TokenId : null;
        if (sent is null && meant is not null)
            return meant;
        if (sent is null)
        {
            rules.Bad("token_id", "missing", $"{instrument.Name} is an {instrument.Standard} token; name which of its tokens, in decimal digits.");
            return null;
        }
        UInt256? id = TokenIds.Read(sent);
        if (id is null)
            rules.Bad("token_id", "invalid_token_id", "Use the id in decimal digits as a string, such as \"7\", at most 2^256-1.");
        else if (meant is not null && id != meant)
            rules.Bad("token_id", "token_id_differs", $"{word} is registered for the token {meant}. Leave token_id out, or name the contract by its address.");
        return id;
    }

    static string? CheckRole(MemberRules rules, string name, string? value, List<InstructedParty> parties, bool required)
    {
        string? role = rules.Slug(name, value, required);
        return role is null || parties.Count == 0 || parties.Any(p => p.Role == role) ? role
            : rules.Bad(name, "unknown_role", $"No party has the role {role}.");
    }

    static string? OtherRole(MemberRules rules, string role, List<InstructedParty> parties)
    {
        InstructedParty[] others = [.. parties.Where(p => p.Role != role)];
        if (others.Length == 1)
            return others[0].Role;
        return rules.Bad("recipient_role", "missing", others.Length == 0
            ? "There is no other party that could be the other side of this leg."
            : "There are more than two parties; name the other side of this leg.");
    }

    static void CheckWallets(MemberRules rules, InstructedLeg leg, List<InstructedParty> parties)
    {
        InstructedParty? giver = parties.FirstOrDefault(p => p.Role == leg.GiverRole), taker = parties.FirstOrDefault(p => p.Role == leg.TakerRole);
        if (giver?.Wallet is { } from && taker is { Receive: { } to } && from == to)
            rules.Faults.AddNamed(rules.Pointer, ErrorCodes.SelfDelivery, "The same wallet is on both sides of this leg.");
        if (new[] { giver?.Wallet, giver?.Refund, taker?.Receive }.Any(w => w == leg.Instrument.Address))
            rules.Bad("instrument_id", "token_as_wallet", "The token's own address is given as a wallet of this leg.");
    }

    async Task<Instrument?> FindInstrumentAsync(MemberRules rules, string sent, Caller caller, Seen seen, CancellationToken cancellationToken)
    {
        string at = rules.At("instrument_id");
        if (!IsAddress(sent))
        {
            IReadOnlyList<Instrument> known = seen.Registered ??= await store.InstrumentsAsync(caller.EnvironmentId, caller.ChainId, cancellationToken);
            if (known.FirstOrDefault(i => i.Symbol == sent || i.Isin == sent) is { } byWord)
                return byWord;
            string? near = known.FirstOrDefault(i => NameSkeleton.AreConfusable(i.Symbol!, sent))?.Symbol;
            string shown = NameKey.Clean(sent, 255) ?? "this word";
            rules.Faults.Add(at, "instrument_unknown", near is null
                ? $"No token is registered under {shown}. Use its address, or one of: {string.Join(", ", known.Select(i => i.Symbol).Take(20))}."
                : $"No token is registered under {shown}; did you mean {near}?");
            return null;
        }
        if (MemberRules.ReadAddress(sent, at, rules.Faults) is not { } address)
            return null;
        if (seen.Tokens.TryGetValue(address, out Instrument? before))
            return before;
        Instrument? instrument = await store.FindInstrumentAsync(caller.EnvironmentId, caller.ChainId, address, cancellationToken);
        if (instrument is null)
        {
            (instrument, string? reason) = await tokens.ReadAsync(caller, Guid.CreateVersion7(time.GetUtcNow()), address, cancellationToken);
            if (instrument is null)
            {
                rules.Faults.Add(at, "not_a_token", reason!);
                return null;
            }
        }
        return seen.Tokens[address] = instrument;
    }

    /// <summary>What the legs before have asked for: 64 of them can name one token.</summary>
    sealed class Seen
    {
        public IReadOnlyList<Instrument>? Registered { get; set; }

        public Dictionary<Address, Instrument> Tokens { get; } = [];
    }
}
