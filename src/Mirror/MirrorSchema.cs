using Keystone.Postgres.Migrations;

namespace Keystone.Mirror;

/// <summary>Schema <c>chain</c>, which this room owns: the mirror of the chain.</summary>
public static class MirrorSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("chain", typeof(MirrorSchema).Assembly);
}
