using System.Text.Json.Serialization;
using Keystone.Domain.Matching;
using Keystone.Ethereum;

namespace Keystone.Settlements.Instructions;

/// <summary>Says what keeps two instructions apart so that each side reads of its own instruction alone: a token that only the other side names is not shown.</summary>
internal static partial class MismatchFields
{
    /// <summary>The broken rules as the side of <paramref name="own"/> reads them.</summary>
    public static IReadOnlyList<MismatchedField> Of(InstructionRecord own, IEnumerable<MatchBreak> breaks) =>
        [.. breaks.Select(one => Of(own, one)).Distinct()];

    static MismatchedField Of(InstructionRecord own, MatchBreak one)
    {
        if (!one.Field.StartsWith("legs[", StringComparison.Ordinal)) return new(one.Field, one.Reason, ValueOf(own, one.Field));
        int end = one.Field.IndexOf(']', StringComparison.Ordinal);
        string[] token = one.Field[5..end].Split('#');
        string member = one.Field[(end + 2)..];
        InstructionLeg? leg = own.Legs.FirstOrDefault(l => l.Instrument.Address == Address.Parse(token[0]) && l.TokenId == (token.Length > 1 ? UInt256.Parse(token[1]) : UInt256.Zero));
        return leg is null ? new("legs", one.Reason, null)
            : new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"legs[{leg.Index}].{member}"), one.Reason, member switch
            {
                "instrument_id" => leg.AsSent,
                "quantity" => leg.Quantity,
                "direction" => leg.Direction,
                _ => leg.Type,
            });
    }

    static string? ValueOf(InstructionRecord own, string field) => field switch
    {
        "chain_id" => own.ChainId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "template_slug" => own.TemplateSlug,
        "settlement_category" => own.Category,
        "role" => own.Role,
        "maturity_at" => own.MaturityAt is { } at ? Postgres.Timestamps.Text(at) : null,
        "repayment_amount" => own.RepaymentAmount,
        _ => own.Wallet.ToString(),
    };

    /// <summary>A sentence for people.</summary>
    public static string Detail(MismatchedField field) => field.IsoReason switch
    {
        "DEPT" => "The other side settles on another chain.",
        "SETR" when field.Field == "template_slug" => "The other side instructs another template, or another version of it. Two environments agree on a built-in template alone: an uploaded one is its environment's own.",
        "SETR" => "The other side gives this leg another type.",
        "SETS" => "The other side gives the trade another settlement_category.",
        "DELN" when field.Field == "role" => "The other side has the same role.",
        "DELN" => "The other side moves this token in the same direction.",
        "DSEC" or "NCRR" when field.Field == "legs" => "The other side instructs a token that this instruction does not name.",
        "DSEC" or "NCRR" => "The other side does not instruct this token.",
        "FRAP" => "This leg is cash on one side only.",
        "DQUA" => "The other side instructs another quantity.",
        "DMON" => "The other side instructs another amount of cash, by more than both sides tolerate.",
        "DDAT" => "The other side instructs another maturity.",
        "SAFE" => "The same wallet would give and take.",
        _ => "The other side says something else.",
    };

    /// <summary>JSON of the stored fields.</summary>
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(IReadOnlyList<MismatchedField>))]
    internal sealed partial class MismatchJson : JsonSerializerContext;
}
