using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Keystone.Settlements.Templates;

/// <summary>Adds a template to an environment.</summary>
public sealed record CreateTemplateRequest
{
    [Description("Name in requests: small letters, digits and hyphens."), Required, StringLength(63, MinimumLength = 1)]
    public string? Slug { get; init; }

    [Description("Name for people."), Required, StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("What it is for."), StringLength(1000)]
    public string? Description { get; init; }

    [Description("States, transitions, actions and requirements; GET /v1/settlement-templates/schema describes it."), Required]
    public JsonElement? Config { get; init; }
}

/// <summary>Makes the next version of a template. Members that are absent stay as they are.</summary>
public sealed record UpdateTemplateRequest
{
    [Description("Name for people."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("What it is for."), StringLength(1000)]
    public string? Description { get; init; }

    [Description("States, transitions, actions and requirements, whole.")]
    public JsonElement? Config { get; init; }

    [Description("False: no new settlement takes it. Those that have it keep it.")]
    public bool? IsActive { get; init; }
}
