using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Templates;

/// <summary>Use case: read the templates that an environment may use.</summary>
public sealed class ReadTemplates
{
    readonly TemplateStore _store;

    internal ReadTemplates(TemplateStore store) => _store = store;

    /// <summary>The built-in templates and those of the environment, by slug, each in its newest version.</summary>
    public Task<IReadOnlyList<OfferedTemplate>> OfferedAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _store.ListAsync(caller.EnvironmentId, cancellationToken);
    }

    /// <summary>A page of the templates.</summary>
    public async Task<Page<TemplateView>> ListAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken)
    {
        IReadOnlyList<OfferedTemplate> templates = await OfferedAsync(caller, cancellationToken);
        return new Page<TemplateView>([.. templates.Skip(offset).Take(limit).Select(View)], templates.Count);
    }

    /// <summary>The template of an id, a slug in any case, or an alias.</summary>
    public async Task<Result<TemplateView>> FindAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        TemplateNames.Find(await OfferedAsync(caller, cancellationToken), name) is { } template ? View(template) : DomainError.NotFound("Template");

    static TemplateView View(OfferedTemplate template) => new(
        template.Id, template.Slug, template.Name, template.Description, template.Version, template.IsActive, template.Config, template.CreatedAt, template.CreatedAt);
}
