using System.ComponentModel;
using System.Text.Json.Serialization;
using Keystone.Identity.Credentials;
using Keystone.Identity.Environments;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;

namespace Keystone.Api.Tenants;

/// <summary>A credential.</summary>
internal sealed record CredentialBody(
    [property: Description("Name of the client at the token endpoint.")] string ClientId,
    [property: Description("Name for people; null for none.")] string? Name,
    [property: Description("What its tokens may do.")] IReadOnlyList<string> Scopes,
    [property: Description("active, expired or revoked.")] string Status,
    [property: Description("External issuer whose tokens speak for it; null for the built-in one.")] string? Issuer,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("End of its validity, UTC; null for none.")] DateTimeOffset? ExpiresAt,
    [property: Description("When it was revoked, UTC; null unless it was.")] DateTimeOffset? RevokedAt,
    [property: Description("Last call, at most a minute late; null before the first.")] DateTimeOffset? LastUsedAt,
    [property: Description("Address of that call.")] string? LastUsedAddress,
    [property: Description("Secrets that are valid now, newest first; at most two.")] IReadOnlyList<CredentialSecretBody> Secrets,
    [property: Description("Only in the answer that makes it or rotates it."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientSecret)
{
    public static CredentialBody Of(CredentialView view, string? secret = null) => new(
        view.ClientId, view.Name, view.Scopes, view.Status, view.Issuer, view.CreatedAt, view.ExpiresAt, view.RevokedAt, view.LastUsedAt, view.LastUsedAddress,
        [.. view.Secrets.Select(one => new CredentialSecretBody(one.CreatedAt, one.ValidUntil))], secret);

    public static CredentialBody Of(CreatedCredential made) => Of(made.Credential, made.ClientSecret);

    /// <summary>Without the secret.</summary>
    public override string ToString() => ClientId;
}

/// <summary>A secret of a credential, without itself.</summary>
internal sealed record CredentialSecretBody(
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("Null for no end.")] DateTimeOffset? ValidUntil);

/// <summary>An environment that was made, with its first credential.</summary>
internal sealed record CreatedEnvironmentBody(PlatformEnvironmentView Environment, [property: Description("Its secret is in this answer and in no other.")] CredentialBody Credential);

/// <summary>A platform that was made, with its first environment and that one's first credential.</summary>
internal sealed record CreatedPlatformBody(
    PlatformView Platform, PlatformEnvironmentView Environment, [property: Description("Its secret is in this answer and in no other.")] CredentialBody Credential);

/// <summary>The platform that the token belongs to, and the environment.</summary>
internal sealed record OwnPlatformBody(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Name for people.")] string Name,
    [property: Description("Name in requests.")] string Slug,
    [property: Description("active or suspended.")] string Status,
    [property: Description("Picture for pages; null for none.")] string? LogoUrl,
    [property: Description("Where its clients ask; null for none.")] string? SupportEmail,
    [property: Description("Page where they ask; null for none.")] string? SupportUrl,
    [property: Description("The environment that the token belongs to.")] Guid EnvironmentId,
    [property: Description("Name of that environment in requests.")] string EnvironmentSlug,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt)
{
    public static OwnPlatformBody Of(PlatformView view, Keystone.Identity.Caller caller) => new(
        view.Id, view.Name, view.Slug, view.Status, view.LogoUrl, view.SupportEmail, view.SupportUrl, caller.EnvironmentId, caller.EnvironmentSlug, view.CreatedAt, view.UpdatedAt);
}

/// <summary>A member that was invited.</summary>
internal sealed record InvitedMemberBody(MemberView Member, [property: Description("Whoever has it becomes the member. In this answer and in no other.")] string InvitationToken)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Member.ToString();
}
