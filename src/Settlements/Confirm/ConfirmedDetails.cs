using System.Text.Json.Serialization;

namespace Keystone.Settlements.Confirm;

/// <summary>The details of a confirmation, stored to recognise a repeat.</summary>
internal sealed record ConfirmedDetails(
    string ExternalReference, string? Name, string WalletAddress, string ReceiveAddress, string RefundAddress, string? Lei, string? AssetProvider)
{
    // Left out where there is none: confirmations of earlier versions have no such member.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DateOfBirth { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Country { get; init; }
}

/// <summary>The reason of a rejection, as stored.</summary>
internal sealed record RejectedReason(string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ConfirmedDetails))]
[JsonSerializable(typeof(RejectedReason))]
internal sealed partial class ConfirmJson : JsonSerializerContext;
