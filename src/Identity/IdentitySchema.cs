using Keystone.Postgres.Migrations;

namespace Keystone.Identity;

/// <summary>Schema <c>identity</c>, which this room owns: platforms, environments and credentials.</summary>
public static class IdentitySchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("identity", typeof(IdentitySchema).Assembly);
}
