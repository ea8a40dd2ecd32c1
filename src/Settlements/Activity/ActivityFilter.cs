using Keystone.Settlements.List;

namespace Keystone.Settlements.Activity;

/// <summary>Which entries of the activity log; what is null does not restrict.</summary>
public sealed record ActivityFilter
{
    /// <summary>Environment.</summary>
    public Guid? EnvironmentId { get; init; }

    /// <summary>Platform.</summary>
    public Guid? PlatformId { get; init; }

    /// <summary>Type, such as <c>settlement.created</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Category.</summary>
    public string? Category { get; init; }

    /// <summary>At this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>At this time or earlier.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>A part of description, type, actor or resource, in any case.</summary>
    public string? Search { get; init; }

    /// <summary>Type of the resource.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Id of the resource.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Entries behind this one.</summary>
    public ListCursor? Cursor { get; init; }
}
