namespace Keystone.Identity.Platforms;

/// <summary>Changes of a platform.</summary>
/// <param name="Named">Members that were sent; the others keep their values.</param>
public sealed record PlatformChanges(IReadOnlySet<string> Named)
{
    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>https URL of a picture; null removes it.</summary>
    public string? LogoUrl { get; init; }

    /// <summary>E-mail address; null removes it.</summary>
    public string? SupportEmail { get; init; }

    /// <summary>https URL; null removes it.</summary>
    public string? SupportUrl { get; init; }
}
