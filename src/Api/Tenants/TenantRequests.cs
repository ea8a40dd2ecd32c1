using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Api.Tenants;

/// <summary>Makes a platform with its first environment and credential.</summary>
internal sealed record CreatePlatformRequest
{
    [Description("Name for people."), Required, StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("Name in requests: lower-case letters, digits and hyphens."), Required, StringLength(63, MinimumLength = 1)]
    public string? Slug { get; init; }

    [Description("Slug of its first environment. Default: sandbox.")]
    public string? Environment { get; init; }

    [Description("sandbox or production; development is another word for sandbox. Default: production for an environment of that name, else sandbox.")]
    public string? Kind { get; init; }

    [Description("EIP-155 id of the chain on which the environment settles. Default: the only chain of this system.")]
    public long? ChainId { get; init; }
}

/// <summary>Changes a platform. Members that are absent keep their values.</summary>
internal sealed record UpdatePlatformRequest
{
    [Description("Name for people."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("https URL of a picture; null removes it."), StringLength(2048, MinimumLength = 1)]
    public string? LogoUrl { get; init; }

    [Description("E-mail address; null removes it."), StringLength(255, MinimumLength = 3)]
    public string? SupportEmail { get; init; }

    [Description("https URL; null removes it."), StringLength(2048, MinimumLength = 1)]
    public string? SupportUrl { get; init; }
}

/// <summary>Makes an environment.</summary>
internal sealed record CreateEnvironmentRequest
{
    [Description("Name within the platform: lower-case letters, digits and hyphens."), Required, StringLength(63, MinimumLength = 1)]
    public string? Slug { get; init; }

    [Description("Name for people. Default: the slug."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("sandbox or production; development is another word for sandbox. Default: production for an environment of that name, else sandbox.")]
    public string? Kind { get; init; }

    [Description("EIP-155 id of the chain on which it settles. Default: that of your environment.")]
    public long? ChainId { get; init; }
}

/// <summary>Changes an environment. Members that are absent keep their values.</summary>
internal sealed record UpdateEnvironmentRequest
{
    [Description("Name for people."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("False keeps its credentials out and its data; true lets them in again.")]
    public bool? IsActive { get; init; }

    [Description("Version of the API that answers have when a request names none.")]
    public string? ApiVersion { get; init; }

    [Description("Time of a settlement whose request names none, 60 to 604800."), Range(60, 604_800)]
    public long? DefaultTimeoutSeconds { get; init; }

    [Description("Requests a minute. You may lower it; the operator raises it."), Range(1, 1_000_000)]
    public long? RateLimitRpm { get; init; }

    [Description("Most settlements open at once. You may lower it; the operator raises it."), Range(1, 1_000_000)]
    public long? MaxOpenSettlements { get; init; }

    [Description("Most settlements made in an hour. You may lower it; the operator raises it."), Range(1, 1_000_000)]
    public long? MaxRegistrationsPerHour { get; init; }

    [Description("What needs a second person gets one. In production the operator alone turns it off.")]
    public bool? FourEyes { get; init; }

    [Description("Parties use wallets that are registered under /v1/wallets only. In production the operator alone turns it off.")]
    public bool? WalletsRequired { get; init; }

    [Description("Counterparties read the names of your parties before they confirm.")]
    public bool? DiscloseNameBeforeConfirmation { get; init; }

    [Description("Seconds, 0 to 86400: a settlement that the lists stop ends after a random time up to this, so that the time does not tell the other side why."), Range(0, 86_400)]
    public long? ComplianceMinHold { get; init; }

    [Description("Origins of browsers that may call, such as https://app.example.com; empty: none."), MaxLength(16)]
    public IReadOnlyList<string?>? CorsOrigins { get; init; }
}

/// <summary>Makes a credential.</summary>
internal sealed record CreateCredentialRequest
{
    [Description("What its tokens may do; nothing that you may not do yourself."), Required, MinLength(1), MaxLength(32)]
    public IReadOnlyList<string?>? Scopes { get; init; }

    [Description("Name for people."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("End of its validity (RFC 3339, with an offset). Default: none.")]
    public string? ExpiresAt { get; init; }
}

/// <summary>Gives a credential a new secret.</summary>
internal sealed record RotateCredentialRequest
{
    [Description("Time for which the present secret stays valid, 0 to 604800. Default: 86400, a day."), Range(0, 604_800)]
    public long? OverlapSeconds { get; init; }
}

/// <summary>Adds a network from which the environment's credentials may be used.</summary>
internal sealed record CreateIpRuleRequest
{
    [Description("Address or network, such as 203.0.113.0/24 or 2001:db8::/32."), Required, StringLength(64, MinimumLength = 2)]
    public string? Cidr { get; init; }

    [Description("For people."), StringLength(255, MinimumLength = 1)]
    public string? Description { get; init; }
}

/// <summary>Invites a person.</summary>
internal sealed record InviteMemberRequest
{
    [Description("E-mail address."), Required, StringLength(255, MinimumLength = 3)]
    public string? Email { get; init; }

    [Description("Name for people."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("Roles: instruct, approve, compliance, read_only, platform_manager; none that holds a scope which you lack."), Required, MinLength(1), MaxLength(8)]
    public IReadOnlyList<string?>? Roles { get; init; }
}

/// <summary>Gives a member other roles.</summary>
internal sealed record UpdateMemberRequest
{
    [Description("Roles that take the place of those before."), Required, MinLength(1), MaxLength(8)]
    public IReadOnlyList<string?>? Roles { get; init; }
}
