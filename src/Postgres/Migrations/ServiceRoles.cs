namespace Keystone.Postgres.Migrations;

/// <summary>
/// The database roles of the services, one each, so that the rule of one writer is the database's own: each room's migrations grant on its own schema.
/// They are made without the right to log in; <see cref="ServiceLoginStore"/> gives it.
/// </summary>
public static class ServiceRoles
{
    /// <summary>The services.</summary>
    public static IReadOnlyList<string> Services { get; } = ["api", "indexer", "keeper"];

    /// <summary>Role of a service.</summary>
    public static string RoleOf(string service) => $"keystone_{service}";

    // Roles belong to the whole server: another database may have made them, at this moment even. An administrator may have made them for an owner who may not.
    internal const string CreateSql = """
        do $$
        declare r text;
        begin
          foreach r in array array['keystone_api', 'keystone_indexer', 'keystone_keeper'] loop
            continue when exists (select from pg_roles where rolname = r);
            begin
              execute format('create role %I nologin', r);
            exception when duplicate_object or unique_violation then null;
            end;
          end loop;
        end $$
        """;

    internal const string GrantSql = "grant select on public.schema_version to keystone_api, keystone_indexer, keystone_keeper";
}
