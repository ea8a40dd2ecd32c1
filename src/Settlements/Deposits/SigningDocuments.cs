using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Settlements.Deposits;

/// <summary>Composes the EIP-712 documents of one settlement, as wallets show and sign them.</summary>
/// <param name="terms">Terms of the settlement.</param>
internal sealed class SigningDocuments(EscrowTerms terms)
{
    static readonly (string, string)[] DepositMembers = [("settlement", "bytes32"), ("leg", "uint256")];

    /// <summary>The last second at which documents of this service are valid: that of the settlement.</summary>
    public ulong Deadline => terms.Header.Deadline.Seconds;

    /// <summary>Consent to the whole settlement: its hash is the escrow id.</summary>
    public SigningDocumentView Settle(string role)
    {
        EscrowHeader header = terms.Header;
        JsonObject message = new()
        {
            ["ref"] = header.Ref.ToString(),
            ["notBefore"] = header.NotBefore.ToString(),
            ["deadline"] = header.Deadline.ToString(),
            ["operator"] = header.Operator.ToString(),
            ["gate"] = header.Gate.ToString(),
            ["commitment"] = header.Commitment.ToString(),
            ["legs"] = new JsonArray([.. terms.Legs.Select(leg => (JsonNode)new JsonObject
            {
                ["kind"] = (int)leg.Kind,
                ["mode"] = (int)leg.Mode,
                ["token"] = leg.Token.ToString(),
                ["from"] = leg.From.ToString(),
                ["to"] = leg.To.ToString(),
                ["refundTo"] = leg.RefundTo.ToString(),
                ["tokenId"] = leg.TokenId.ToString(),
                ["amount"] = leg.Amount.ToString(),
            })]),
        };
        return Document("settle", "Settlement", Domain("Keystone SettlementEscrow", "1", terms.Contract), message, terms.Id,
            new SignatureTemplateView(role, "settle", null, terms.Header.Deadline.ToDateTime()),
            "Consent to all terms. With the consent of every wallet whose leg is not in, one transaction of the keeper takes those legs from their wallets and executes the swap; the escrow needs an approval of each. It is an option in the hands of whoever has it until the deadline, or until the leg's deposit is withdrawn or the settlement is cancelled.",
            ("Settlement", [("ref", "bytes32"), ("notBefore", "uint64"), ("deadline", "uint64"), ("operator", "address"), ("gate", "address"), ("commitment", "bytes32"), ("legs", "Leg[]")]),
            ("Leg", [("kind", "uint8"), ("mode", "uint8"), ("token", "address"), ("from", "address"), ("to", "address"), ("refundTo", "address"), ("tokenId", "uint256"), ("amount", "uint256")]));
    }

    /// <summary>A transfer of one leg into the escrow by the token itself (ERC-3009).</summary>
    public SigningDocumentView Authorization(string role, Guid leg, int index, TokenDomain token)
    {
        EscrowLeg one = terms.Legs[index];
        ulong validBefore = Deadline + 1;
        JsonObject message = new()
        {
            ["from"] = one.From.ToString(),
            ["to"] = terms.Contract.ToString(),
            ["value"] = one.Amount.ToString(),
            ["validAfter"] = "0",
            ["validBefore"] = Text(validBefore),
            ["nonce"] = Consents.DepositHash(terms.Id, index).ToString(),
        };
        return Document("authorization", "ReceiveWithAuthorization", Domain(token.Name, token.Version, one.Token), message,
            Consents.AuthorizationDigest(terms, index, token.Separator, validBefore), Template(role, "authorization", leg, validBefore),
            "A transfer of this leg into this settlement and nowhere else. The keeper sends it; it needs no approval and no ether.",
            ("ReceiveWithAuthorization", [("from", "address"), ("to", "address"), ("value", "uint256"), ("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")]));
    }

    /// <summary>A transfer of one leg into the escrow by Permit2.</summary>
    public SigningDocumentView Permit2(string role, Guid leg, int index)
    {
        EscrowLeg one = terms.Legs[index];
        Hash32 witness = Consents.DepositHash(terms.Id, index);
        JsonObject message = new()
        {
            ["permitted"] = new JsonObject { ["token"] = one.Token.ToString(), ["amount"] = one.Amount.ToString() },
            ["spender"] = terms.Contract.ToString(),
            ["nonce"] = new UInt256(witness.ToBytes()).ToString(),
            ["deadline"] = Text(Deadline),
            ["witness"] = new JsonObject { ["settlement"] = terms.Id.ToString(), ["leg"] = Text((ulong)index) },
        };
        JsonObject domain = new() { ["name"] = "Permit2", ["chainId"] = terms.ChainId, ["verifyingContract"] = Consents.Permit2.ToString() };
        return Document("permit2", "PermitWitnessTransferFrom", domain, message, Consents.Permit2Digest(terms, index, Deadline), Template(role, "permit2", leg, Deadline),
            $"A transfer of this leg into this settlement and nowhere else, for wallets that have approved Permit2 ({Consents.Permit2}) for the token. The keeper sends it.",
            ("PermitWitnessTransferFrom", [("permitted", "TokenPermissions"), ("spender", "address"), ("nonce", "uint256"), ("deadline", "uint256"), ("witness", "Deposit")]),
            ("Deposit", DepositMembers), ("TokenPermissions", [("token", "address"), ("amount", "uint256")]));
    }

    /// <summary>An approval by signature (EIP-2612).</summary>
    public SigningDocumentView Permit(string role, Guid leg, int index, TokenDomain token, Address spender, UInt256 nonce)
    {
        EscrowLeg one = terms.Legs[index];
        UInt256 value = Consents.PermitValue(terms, index);
        JsonObject message = new()
        {
            ["owner"] = one.From.ToString(),
            ["spender"] = spender.ToString(),
            ["value"] = value.ToString(),
            ["nonce"] = nonce.ToString(),
            ["deadline"] = Text(Deadline),
        };
        return Document("permit", "Permit", Domain(token.Name, token.Version, one.Token), message,
            Consents.PermitDigest(token.Separator, one.From, spender, value, nonce, Deadline), Template(role, "permit", leg, Deadline),
            spender == terms.Contract
                ? "An approval of exactly what the wallet deposits of this token. The keeper sends it; it moves nothing. Sign settle too, which takes the leg."
                : "An approval of Permit2 for exactly what the wallet deposits of this token. The keeper sends it; it moves nothing. Sign permit2 too, which takes the leg.",
            ("Permit", [("owner", "address"), ("spender", "address"), ("value", "uint256"), ("nonce", "uint256"), ("deadline", "uint256")]));
    }

    static SignatureTemplateView Template(string role, string kind, Guid leg, ulong seconds) => new(role, kind, leg, new ChainTime(seconds).ToDateTime());

    JsonObject Domain(string name, string version, Address contract) =>
        new() { ["name"] = name, ["version"] = version, ["chainId"] = terms.ChainId, ["verifyingContract"] = contract.ToString() };

    static SigningDocumentView Document(string kind, string primary, JsonObject domain, JsonObject message, Hash32 digest, SignatureTemplateView submit, string detail,
        params (string Name, (string Name, string Type)[] Members)[] types)
    {
        JsonObject all = new() { ["EIP712Domain"] = Members([.. domain.Select(member => (member.Key, TypeOf(member.Key)))]) };
        foreach ((string name, (string, string)[] members) in types) all[name] = Members(members);
        JsonObject document = new() { ["types"] = all, ["primaryType"] = primary, ["domain"] = domain, ["message"] = message };
        return new SigningDocumentView(kind, JsonSerializer.SerializeToElement(document, DepositsJson.Default.JsonObject), digest.ToString(), submit, detail);
    }

    static string TypeOf(string member) => member switch { "chainId" => "uint256", "verifyingContract" => "address", _ => "string" };

    static JsonArray Members((string Name, string Type)[] members) =>
        new([.. members.Select(member => (JsonNode)new JsonObject { ["name"] = member.Name, ["type"] = member.Type })]);

    static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
