using Keystone.Postgres.Migrations;

namespace Keystone.Settlements;

/// <summary>Schema <c>settlement</c>, which this room owns: settlements, what is known of them and what was decided.</summary>
public static class SettlementSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("settlement", typeof(SettlementSchema).Assembly, "identity");
}
