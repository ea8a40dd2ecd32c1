namespace Keystone.Identity.Environments;

/// <summary>An environment of a platform.</summary>
/// <param name="Id">Id.</param>
/// <param name="PlatformId">Its platform.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Slug">Name within the platform.</param>
/// <param name="Kind"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="ChainId">EIP-155 id of the chain on which it settles.</param>
/// <param name="IsActive">Callers of it are let in.</param>
/// <param name="IsDefault">Counterparties reach it when no slug matches.</param>
/// <param name="ApiVersion">Version of the API that answers have when a request names none.</param>
/// <param name="DefaultTimeoutSeconds">Time of a settlement whose request names none.</param>
/// <param name="RateLimitRpm">Requests a minute.</param>
/// <param name="MaxOpenSettlements">Most settlements open at once; null: as the operator's settings say.</param>
/// <param name="MaxRegistrationsPerHour">Most settlements made in an hour; null: as the operator's settings say.</param>
/// <param name="FourEyes">What needs a second person gets one.</param>
/// <param name="WalletsRequired">Parties use registered wallets only.</param>
/// <param name="DiscloseNameBeforeConfirmation">Counterparties read the names of its parties before they confirm.</param>
/// <param name="ComplianceMinHold">Seconds; a settlement that the lists stop ends after a random time up to this.</param>
/// <param name="CorsOrigins">Origins of browsers that may call.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record PlatformEnvironmentView(
    Guid Id, Guid PlatformId, string Name, string Slug, string Kind, long ChainId, bool IsActive, bool IsDefault, string ApiVersion, int DefaultTimeoutSeconds, int RateLimitRpm,
    int? MaxOpenSettlements, int? MaxRegistrationsPerHour, bool FourEyes, bool WalletsRequired, bool DiscloseNameBeforeConfirmation, int ComplianceMinHold, IReadOnlyList<string> CorsOrigins,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
