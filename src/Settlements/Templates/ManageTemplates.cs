using System.Text.RegularExpressions;
using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Templates;

/// <summary>Use cases: give the caller's environment a template of its own, or the next version of one. Settlements keep the version with which they were made.</summary>
public sealed partial class ManageTemplates
{
    /// <summary>Most templates of an environment.</summary>
    public const int Most = 100;

    readonly TemplateStore _store;
    readonly TimeProvider _time;

    internal ManageTemplates(TemplateStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Adds a template.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">The template.</param>
    /// <param name="found">Faults that the host found while it read the request.</param>
    /// <param name="cancellationToken">Cancels before it is stored.</param>
    /// <returns>The first version; else every rule that is broken, each by its name.</returns>
    public async Task<Result<TemplateView>> CreateAsync(Caller caller, CreateTemplateRequest request, Faults found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await CheckAsync(caller, request, found, cancellationToken) is not { } template) return DomainError.Validation(found.All);
        if (await _store.CountAsync(caller.EnvironmentId, cancellationToken) >= Most)
            return new DomainError(ErrorCodes.TemplateLimitReached, $"An environment has at most {Most} templates. Change one that is there.");
        return ReadTemplates.View(await _store.InsertAsync(caller.EnvironmentId, template, isActive: true, _time.UtcNowMicroseconds(), cancellationToken), isActive: true);
    }

    /// <summary>Says what adding the template would say, and stores nothing.</summary>
    public async Task<DomainError?> ValidateAsync(Caller caller, CreateTemplateRequest request, Faults found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await CheckAsync(caller, request, found, cancellationToken) is null ? DomainError.Validation(found.All) : null;
    }

    /// <summary>Makes the next version of a template of the caller's environment.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="name">Its slug, or the id of any version.</param>
    /// <param name="request">What changes.</param>
    /// <param name="found">Faults that the host found while it read the request.</param>
    /// <param name="cancellationToken">Cancels before it is stored.</param>
    public async Task<Result<TemplateView>> UpdateAsync(Caller caller, string name, UpdateTemplateRequest request, Faults found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(found);
        if (await _store.FindOwnAsync(caller.EnvironmentId, name, cancellationToken) is not var (stored, isActive)) return DomainError.NotFound("Template");
        MemberRules rules = new(found);
        string? called = rules.Text("name", request.Name), described = rules.Text("description", request.Description, max: 1_000, min: 0);
        Template next = stored.Template with { Name = called ?? stored.Template.Name, Description = described ?? stored.Template.Description };
        if (request.Config is { } config) next = TemplateUpload.Read(rules, next, config.GetRawText()) ?? next;
        if (found.Any) return DomainError.Validation(found.All);
        bool active = request.IsActive ?? isActive;
        return ReadTemplates.View(await _store.InsertAsync(caller.EnvironmentId, next, active, _time.UtcNowMicroseconds(), cancellationToken), active);
    }

    /// <summary>True when the environment has such a template of its own.</summary>
    public async Task<bool> IsOwnAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _store.FindOwnAsync(caller.EnvironmentId, name, cancellationToken) is not null;
    }

    async Task<Template?> CheckAsync(Caller caller, CreateTemplateRequest request, Faults found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(found);
        MemberRules rules = new(found);
        string? slug = rules.Text("slug", request.Slug, required: true, max: 63), name = rules.Text("name", request.Name, required: true);
        string? description = rules.Text("description", request.Description, max: 1_000, min: 0);
        if (slug is not null && !SlugForm().IsMatch(slug))
            rules.Bad("slug", "invalid_slug", "Use small letters, digits and hyphens, a letter or digit first, at most 63.");
        else if (slug is not null && TemplateNames.IsBuiltIn(slug))
            rules.Bad("slug", "slug_taken", "This is a name of a built-in template; choose another one.");
        else if (slug is not null && await _store.FindOwnAsync(caller.EnvironmentId, slug, cancellationToken) is not null)
            rules.Bad("slug", "slug_taken", "A template of yours has this slug. Make its next version with PATCH.");
        if (request.Config is not { } config)
        {
            rules.Missing("config");
            return null;
        }
        Template? template = TemplateUpload.Read(rules, BuiltInTemplates.Single with { Id = default, Slug = slug ?? "", Name = name ?? "", Description = description ?? "" }, config.GetRawText());
        return found.Any ? null : template;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SlugForm();
}
