namespace Keystone.Identity;

/// <summary>An environment with its platform, as rooms need it that hold the environment's id only.</summary>
/// <param name="Id">Its id.</param>
/// <param name="PlatformId">Its platform.</param>
/// <param name="Kind"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="ApiVersion">Version of the API that it is pinned to.</param>
/// <param name="DisclosesName">True when its parties' names are shown to counterparties before these have confirmed.</param>
/// <param name="PlatformSlug">Slug of the platform.</param>
/// <param name="PlatformName">Name of the platform.</param>
/// <param name="Slug">Its name within the platform.</param>
public sealed record EnvironmentView(Guid Id, Guid PlatformId, string Kind, string ApiVersion, bool DisclosesName, string PlatformSlug, string PlatformName, string Slug)
{
    /// <summary>Time of a settlement whose request names none.</summary>
    public int DefaultTimeoutSeconds { get; init; }

    /// <summary>A settlement that the lists stop ends after a random time up to this.</summary>
    public TimeSpan ComplianceMinHold { get; init; }
}
