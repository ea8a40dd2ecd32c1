using System.Collections.Concurrent;
using Keystone.Domain.Templates;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Templates;

/// <summary>
/// Templates: the built-in ones, which are part of the program, and those of environments, which are rows that never change. Every row was validated
/// before it was stored.
/// </summary>
public sealed class TemplateStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string Columns = "id, slug, version, name, description, config, created_at";

    const string SelectNewest = $"""
        select {Columns} from (select distinct on (slug) * from settlement.template where environment_id = $1 order by slug, version desc) newest where is_active
        """;

    const string SelectOne = $"select {Columns} from settlement.template where id = $1 and version = $2";

    // One entry for each version that was ever used here.
    readonly ConcurrentDictionary<(Guid Id, int Version), Template> _read = new();

    /// <summary>The built-in templates and those of an environment, by slug, each in its newest version.</summary>
    public async Task<IReadOnlyList<StoredTemplate>> ListAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectNewest, environment);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(rows, cancellationToken);
    }

    /// <summary>The query of <see cref="ListAsync"/> for a batch; <see cref="ReadAsync"/> reads its rows.</summary>
    internal static NpgsqlBatchCommand Newest(Guid environment) => BatchCommand(SelectNewest, environment);

    /// <summary>The built-in templates and those of the rows of <see cref="Newest"/>.</summary>
    internal static async Task<IReadOnlyList<StoredTemplate>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        List<StoredTemplate> templates = [.. BuiltInTemplates.All.Select(template => new StoredTemplate(template, BuiltInTemplates.PublishedAt))];
        while (await rows.ReadAsync(cancellationToken))
            try
            {
                templates.Add(Read(rows));
            }
            catch (TemplateException)
            {
                // Stored by a newer build: this one cannot run it, so it does not list it.
            }
        return [.. templates.OrderBy(one => one.Template.Slug, StringComparer.Ordinal)];
    }

    /// <summary>The template with which a settlement was made, whoever may use it now.</summary>
    /// <param name="connection">Where it is read unless it is known already.</param>
    /// <param name="id">Id of the template.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="TemplateException">There is none, or this program cannot run it.</exception>
    public async Task<Template> FindAsync(NpgsqlConnection connection, Guid id, int version, CancellationToken cancellationToken)
    {
        if (BuiltInTemplates.All.FirstOrDefault(template => template.Id == id && template.Version == version) is { } builtIn) return builtIn;
        if (_read.TryGetValue((id, version), out Template? known)) return known;
        await using NpgsqlCommand select = Command(SelectOne, connection, id, version);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken)) throw new TemplateException([new("malformed", $"There is no version {version} of a template {id}.")]);
        return _read.GetOrAdd((id, version), Read(rows).Template);
    }

    /// <summary>The same over a connection of its own.</summary>
    /// <exception cref="TemplateException">There is none, or this program cannot run it.</exception>
    public async Task<Template> FindAsync(Guid id, int version, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, id, version, cancellationToken);
    }

    // The first version is 1. A version that somebody else has just taken leaves no row.
    const string Insert = """
        insert into settlement.template (id, environment_id, slug, version, name, description, config, created_at, is_active)
        select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8 from settlement.template where environment_id = $2 and slug = $3
        on conflict (environment_id, slug, version) do nothing returning version
        """;

    /// <summary>Stores the next version of a template of an environment. Validate it first.</summary>
    internal async Task<StoredTemplate> InsertAsync(Guid environment, Template template, bool isActive, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            Guid id = Guid.CreateVersion7(now);
            await using NpgsqlCommand insert = Command(Insert, id, environment, template.Slug, template.Name, template.Description, TemplateJson.Write(template), now, isActive);
            if (await insert.ExecuteScalarAsync(cancellationToken) is int version)
                return new StoredTemplate(template with { Id = id, Version = version }, now);
        }
    }

    const string SelectOwn = $"""
        select {Columns}, is_active from settlement.template where environment_id = $1 and slug = coalesce(
          (select slug from settlement.template where environment_id = $1 and id = $2), $3::text) order by version desc limit 1
        """;

    /// <summary>The newest version of a template of the environment, by the id of any version or by its slug, active or not; null when it has none.</summary>
    internal async Task<(StoredTemplate Stored, bool IsActive)?> FindOwnAsync(Guid environment, string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOwn, environment, Guid.TryParseExact(name, "D", out Guid id) ? id : Guid.Empty, name.ToLowerInvariant());
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? (Read(rows), rows.GetBoolean(7)) : null;
    }

    const string CountSlugs = "select count(distinct slug) from settlement.template where environment_id = $1";

    /// <summary>How many templates the environment has, counted without their versions.</summary>
    internal async Task<long> CountAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Command(CountSlugs, environment);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    const string SelectOwnStates = """
        select distinct state from settlement.template, jsonb_array_elements_text(config::jsonb -> 'states') state where environment_id = $1 order by state
        """;

    /// <summary>The states of all templates of an environment, whatever their version, active or not.</summary>
    internal async Task<IReadOnlyList<string>> OwnStatesAsync(Guid environment, CancellationToken cancellationToken)
    {
        List<string> states = [];
        await using NpgsqlCommand select = Command(SelectOwnStates, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) states.Add(row.GetString(0));
        return states;
    }

    // No settlement is looked at unless a template has the word.
    const string SelectUnshared = """
        select exists (select from unnest($2::text[]) word where not exists (
          select from settlement.template t where t.environment_id <> $1 and jsonb_exists(t.config::jsonb -> 'states', word) and exists (
            select from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id where v.environment_id = $1 and s.template_id = t.id)))
        """;

    /// <summary>True when each of the words is a state of a template with which a settlement was made that the environment reads.</summary>
    internal async Task<bool> AreSharedAsync(Guid environment, string[] words, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectUnshared, environment, words);
        return !(bool)(await select.ExecuteScalarAsync(cancellationToken))!;
    }

    static StoredTemplate Read(NpgsqlDataReader rows)
    {
        Template named = BuiltInTemplates.Single with { Id = rows.GetGuid(0), Slug = rows.GetString(1), Version = rows.GetInt32(2), Name = rows.GetString(3), Description = rows.GetString(4) };
        return new StoredTemplate(TemplateJson.Read(named, rows.GetString(5)), rows.GetFieldValue<DateTimeOffset>(6));
    }
}
