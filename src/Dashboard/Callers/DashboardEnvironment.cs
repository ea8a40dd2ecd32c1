namespace Keystone.Dashboard.Callers;

/// <summary>An environment that a member may open.</summary>
/// <param name="Slug">Its slug, the part of the URL.</param>
/// <param name="Kind"><c>sandbox</c> or <c>production</c>.</param>
public sealed record DashboardEnvironment(string Slug, string Kind);
