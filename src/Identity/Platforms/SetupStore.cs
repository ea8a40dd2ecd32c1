using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Platforms;

/// <summary>Where the first run of a platform stands: a person may leave it and another one go on.</summary>
public sealed class SetupStore(NpgsqlDataSource database) : SqlStore(database)
{
    /// <summary>Steps in their order; the last one is the end.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["platform", "logo", "invite", "credential", "webhook", "done"];

    const string Select = "select setup_step from identity.platform where id = $1";

    /// <summary>The step at which it stands.</summary>
    public async Task<string> FindAsync(Guid platform, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(Select, platform);
        return await select.ExecuteScalarAsync(cancellationToken) as string ?? Steps[^1];
    }

    const string Update = "update identity.platform set setup_step = $2 where id = $1";

    /// <summary>Goes on behind a step that was done or skipped. A step that lies before the present one changes nothing.</summary>
    /// <returns>The step at which it stands now.</returns>
    public async Task<string> PassAsync(Guid platform, string step, CancellationToken cancellationToken)
    {
        string present = await FindAsync(platform, cancellationToken);
        int at = Steps.ToList().IndexOf(step), next = Math.Min(at + 1, Steps.Count - 1);
        if (at < 0 || next <= Steps.ToList().IndexOf(present)) return present;
        await using NpgsqlCommand update = Command(Update, platform, Steps[next]);
        await update.ExecuteNonQueryAsync(cancellationToken);
        return Steps[next];
    }
}
