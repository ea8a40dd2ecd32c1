namespace Keystone.Identity.Environments;

/// <summary>Changes of an environment; a null member leaves its value unchanged.</summary>
public sealed record EnvironmentChanges
{
    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>False keeps its credentials out and its data; true lets them in again.</summary>
    public bool? IsActive { get; init; }

    /// <summary>One of <see cref="ApiVersions.All"/>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>60 to 604,800.</summary>
    public long? DefaultTimeoutSeconds { get; init; }

    /// <summary>Requests a minute; a tenant lowers it only.</summary>
    public long? RateLimitRpm { get; init; }

    /// <summary>A tenant lowers it only.</summary>
    public long? MaxOpenSettlements { get; init; }

    /// <summary>A tenant lowers it only.</summary>
    public long? MaxRegistrationsPerHour { get; init; }

    /// <summary>A tenant's production turns it on only.</summary>
    public bool? FourEyes { get; init; }

    /// <summary>A tenant's production turns it on only.</summary>
    public bool? WalletsRequired { get; init; }

    /// <summary>Counterparties read names before they confirm.</summary>
    public bool? DiscloseNameBeforeConfirmation { get; init; }

    /// <summary>Seconds, 0 to 86,400: a settlement that the lists stop ends after a random time up to this.</summary>
    public long? ComplianceMinHold { get; init; }

    /// <summary>Origins such as <c>https://app.example.com</c>; empty: none.</summary>
    public IReadOnlyList<string?>? CorsOrigins { get; init; }
}
