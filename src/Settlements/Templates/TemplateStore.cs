using System.Text.Json;
using Npgsql;

namespace Keystone.Settlements.Templates;

/// <summary>Reads templates: the built-in ones and those of the environment, each in its newest version.</summary>
internal sealed class TemplateStore(NpgsqlDataSource database)
{
    const string SelectNewest = """
        select distinct on (slug) id, slug, version, name, description, config, is_active, created_at
        from settlement.template where is_active and (environment_id is null or environment_id = $1)
        order by slug, environment_id nulls last, version desc
        """;

    public async Task<IReadOnlyList<OfferedTemplate>> ListAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = database.CreateCommand(SelectNewest);
        select.Parameters.AddWithValue(environment);
        List<OfferedTemplate> templates = [];
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            templates.Add(new OfferedTemplate(rows.GetGuid(0), rows.GetString(1), rows.GetInt32(2), rows.GetString(3), rows.GetString(4),
                JsonElement.Parse(rows.GetString(5)), rows.GetBoolean(6), rows.GetFieldValue<DateTimeOffset>(7)));
        return templates;
    }
}
