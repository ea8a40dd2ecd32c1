using System.ComponentModel;
using System.Text.Json;

namespace Keystone.Settlements.Templates;

/// <summary>A settlement template.</summary>
public sealed record TemplateView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Name in requests.")] string Slug,
    [property: Description("Name for people.")] string Name,
    [property: Description("What it is for.")] string Description,
    [property: Description("From 1; a change makes the next.")] int Version,
    [property: Description("New settlements may take it.")] bool IsActive,
    [property: Description("States, transitions, actions, required roles and types of legs.")] JsonElement Config,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt);
