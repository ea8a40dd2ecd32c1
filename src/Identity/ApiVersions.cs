namespace Keystone.Identity;

/// <summary>Versions of the API. An environment keeps the one that was current when it was made, until its owner pins another.</summary>
public static class ApiVersions
{
    /// <summary>The newest.</summary>
    public const string Current = "2026-11-20";

    /// <summary>The one before it, in whose answers a leg of the type <c>asset</c> is called <c>asset_delivery</c>; it differs in nothing else.</summary>
    public const string AssetDelivery = "2026-03-16";

    /// <summary>All, newest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Current, AssetDelivery];
}
