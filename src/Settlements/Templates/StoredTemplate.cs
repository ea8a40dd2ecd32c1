using Keystone.Domain.Templates;

namespace Keystone.Settlements.Templates;

/// <summary>A template that an environment may use.</summary>
/// <param name="Template">The template.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record StoredTemplate(Template Template, DateTimeOffset CreatedAt);
