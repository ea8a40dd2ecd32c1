using System.ComponentModel;
using System.Text.Json;

namespace Keystone.Settlements.Templates;

/// <summary>A settlement template.</summary>
public sealed record TemplateView(
    Guid Id,
    string Slug,
    string Name,
    string Description,
    int Version,
    bool IsActive,
    [property: Description("States, transitions, actions, required roles and types of legs.")] JsonElement Config,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
