using System.Text.Json;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Domain.Tests;

internal static class SharedVectors
{
    static readonly JsonDocument Document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "settlement-ids.json")));

    internal static IEnumerable<JsonElement> All => Document.RootElement.GetProperty("vectors").EnumerateArray();

    internal static JsonElement Named(string name) => All.Single(vector => vector.GetProperty("name").GetString() == name);

    internal static EscrowTerms Terms(JsonElement vector)
    {
        JsonElement settlement = vector.GetProperty("settlement");
        EscrowHeader header = new(Hash32.Parse(Text(settlement, "ref")), ulong.Parse(Text(settlement, "notBefore"), System.Globalization.CultureInfo.InvariantCulture), ulong.Parse(Text(settlement, "deadline"), System.Globalization.CultureInfo.InvariantCulture),
            Address.Parse(Text(settlement, "operator")), Address.Parse(Text(settlement, "gate")), Hash32.Parse(Text(settlement, "commitment")));
        return new EscrowTerms(ulong.Parse(Text(vector, "chainId"), System.Globalization.CultureInfo.InvariantCulture), Address.Parse(Text(vector, "verifyingContract")), header,
            [.. settlement.GetProperty("legs").EnumerateArray().Select(Leg)]);
    }

    static EscrowLeg Leg(JsonElement leg) => new(Enum.Parse<TokenKind>(Text(leg, "kind"), ignoreCase: true), Enum.Parse<CustodyMode>(Text(leg, "mode"), ignoreCase: true),
        Address.Parse(Text(leg, "token")), Address.Parse(Text(leg, "from")), Address.Parse(Text(leg, "to")), Address.Parse(Text(leg, "refundTo")),
        UInt256.Parse(Text(leg, "tokenId")), UInt256.Parse(Text(leg, "amount")));

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
