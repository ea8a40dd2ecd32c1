using System.Text.RegularExpressions;
using Keystone.Domain.Templates;
using Keystone.Postgres;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Templates;

/// <summary>Use case: give an environment a template of its own, or the next version of one. Needs the rights of the database's owner.</summary>
public sealed partial class AddTemplate(TemplateStore store, TimeProvider time)
{
    /// <summary>Validates the template and stores it. Settlements keep the version with which they were made.</summary>
    /// <param name="environment">Environment that may use it.</param>
    /// <param name="slug">Name in requests.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="config">States, transitions, actions and requirements as JSON; see <see cref="TemplateJson"/>.</param>
    /// <param name="cancellationToken">Cancels before it is stored.</param>
    /// <returns>The template as stored; else an error with all faults.</returns>
    public async Task<Result<StoredTemplate>> ExecuteAsync(
        Guid environment, string slug, string name, string description, string config, CancellationToken cancellationToken)
    {
        MemberRules rules = new(new Faults());
        if (!SlugForm().IsMatch(slug))
            rules.Bad("slug", "invalid_slug", "Use small letters, digits and hyphens, a letter or digit first, at most 63.");
        else if (TemplateNames.IsBuiltIn(slug))
            rules.Bad("slug", "slug_taken", "This is a name of a built-in template; choose another one.");
        rules.Text("name", name, required: true);
        rules.Text("description", description, required: true, max: 1_000, min: 0);
        Template? template = TemplateUpload.Read(rules, BuiltInTemplates.Single with { Id = default, Slug = slug, Name = name, Description = description }, config);
        return rules.Faults.Any || template is null ? DomainError.Validation(rules.Faults.All) : await store.InsertAsync(environment, template, isActive: true, time.UtcNowMicroseconds(), cancellationToken);
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SlugForm();
}
