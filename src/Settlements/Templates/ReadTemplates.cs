using System.Text.Json;
using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Templates;

/// <summary>Use case: read the templates that an environment may use.</summary>
public sealed class ReadTemplates
{
    readonly TemplateStore _store;

    internal ReadTemplates(TemplateStore store) => _store = store;

    /// <summary>The built-in templates and those of the environment, by slug, each in its newest version.</summary>
    public async Task<IReadOnlyList<Template>> OfferedAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return [.. (await _store.ListAsync(caller.EnvironmentId, cancellationToken)).Select(stored => stored.Template)];
    }

    /// <summary>A page of the templates.</summary>
    public async Task<Page<TemplateView>> ListAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        IReadOnlyList<StoredTemplate> templates = await _store.ListAsync(caller.EnvironmentId, cancellationToken);
        return new Page<TemplateView>([.. templates.Skip(offset).Take(limit).Select(stored => View(stored, isActive: true))], templates.Count);
    }

    /// <summary>The template with which a settlement was made, whoever may use it now. The settlement was read by the caller before.</summary>
    public Task<Template> OfAsync(Read.SettlementView settlement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        return _store.FindAsync(settlement.TemplateId, settlement.TemplateVersion, cancellationToken);
    }

    /// <summary>The template of an id, a slug in any case, or an alias.</summary>
    public async Task<Result<TemplateView>> FindAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        IReadOnlyList<StoredTemplate> templates = await _store.ListAsync(caller.EnvironmentId, cancellationToken);
        return TemplateNames.Find([.. templates.Select(stored => stored.Template)], name) is { } found
            ? View(templates.First(stored => stored.Template == found), isActive: true) : DomainError.NotFound("Template");
    }

    // A deadline's own end: no built-in template has it, and clients of other makes ask for it.
    static readonly string[] Common = [.. BuiltInTemplates.CrossPlatform.States, "TIMED_OUT"];

    /// <summary>
    /// What a list may be asked for in place of these states; null when each of them is one: of the built-in templates, of any version of a template of the caller's, or of a template of
    /// another platform with which a settlement was made that the caller reads.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="asked">The states.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<IReadOnlyList<string>?> StatesInsteadAsync(Caller caller, IReadOnlyCollection<string> asked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        string[] others = [.. asked.Except(Common, StringComparer.Ordinal)];
        if (others.Length == 0) return null;
        IReadOnlyList<string> own = await _store.OwnStatesAsync(caller.EnvironmentId, cancellationToken);
        others = [.. others.Except(own, StringComparer.Ordinal)];
        if (others.Length == 0 || await _store.AreSharedAsync(caller.EnvironmentId, others, cancellationToken)) return null;
        return [.. Common.Union(own, StringComparer.Ordinal)];
    }

    internal static TemplateView View(StoredTemplate stored, bool isActive) => new(stored.Template.Id, stored.Template.Slug, stored.Template.Name, stored.Template.Description,
        stored.Template.Version, isActive, JsonElement.Parse(TemplateJson.Write(stored.Template)), stored.CreatedAt, stored.CreatedAt);
}
