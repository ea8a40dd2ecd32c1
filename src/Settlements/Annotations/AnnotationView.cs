namespace Keystone.Settlements.Annotations;

/// <summary>What a desk writes beside a settlement for itself.</summary>
/// <param name="AssigneeId">Member who looks after it; null for nobody.</param>
/// <param name="Note">Words; null for none.</param>
/// <param name="UpdatedBy">Credential or member that wrote it last.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="AskedUntil">Until when the assignee is asked to decide, UTC; past for a question that was not answered in time; null where nothing is asked.</param>
public sealed record AnnotationView(Guid? AssigneeId, string? Note, string UpdatedBy, DateTimeOffset UpdatedAt, DateTimeOffset? AskedUntil);
