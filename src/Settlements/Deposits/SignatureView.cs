using System.ComponentModel;

namespace Keystone.Settlements.Deposits;

/// <summary>A signature that was taken; what was signed with stays in the service.</summary>
public sealed record SignatureView(
    Guid SettlementId,
    string Role,
    [property: Description("settle, permit2, authorization or permit.")] string Kind,
    Guid? LegId,
    [property: Description("The depositor, EIP-55.")] string Signer,
    [property: Description("Last moment at which it is used.")] DateTimeOffset Deadline);
