using System.ComponentModel;

namespace Keystone.Settlements.Deposits;

/// <summary>A signature that was taken; what was signed with stays in the service.</summary>
public sealed record SignatureView(
    [property: Description("Its settlement.")] Guid SettlementId,
    [property: Description("Role of the party that signed.")] string Role,
    [property: Description("settle, permit2, authorization or permit.")] string Kind,
    [property: Description("Leg that it deposits; null for all of the role.")] Guid? LegId,
    [property: Description("The depositor, EIP-55.")] string Signer,
    [property: Description("Last moment at which it is used.")] DateTimeOffset Deadline);
