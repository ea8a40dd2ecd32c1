using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Keystone.Settlements.DepositLinks;

/// <summary>A link by which a party without an account deposits.</summary>
public sealed record DepositLinkView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Its settlement.")] Guid SettlementId,
    [property: Description("Role whose legs the page shows and no others.")] string Role,
    [property: Description("active, ended or revoked.")] string Status,
    [property: Description("The deadline of the settlement: the link ends with it.")] DateTimeOffset ExpiresAt,
    [property: Description("Credential or member that made it.")] string CreatedBy,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it was revoked, UTC; null unless it was.")] DateTimeOffset? RevokedAt)
{
    [Description("The link itself; only in the answer that makes it. Whoever has it sees the legs of the role, and can deposit them from the role's wallet alone."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }
}
