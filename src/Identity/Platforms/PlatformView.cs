namespace Keystone.Identity.Platforms;

/// <summary>A platform.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Slug">Name in requests.</param>
/// <param name="Status"><c>active</c> or <c>suspended</c>.</param>
/// <param name="LogoUrl">Picture for pages.</param>
/// <param name="SupportEmail">Where its clients ask.</param>
/// <param name="SupportUrl">Page where they ask.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record PlatformView(
    Guid Id, string Name, string Slug, string Status, string? LogoUrl, string? SupportEmail, string? SupportUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
