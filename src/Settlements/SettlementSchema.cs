using Keystone.Postgres.Migrations;

namespace Keystone.Settlements;

/// <summary>Schema <c>settlement</c>, which this room owns: settlements, their facts and their audit trails.</summary>
public static class SettlementSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("settlement", typeof(SettlementSchema).Assembly, "identity");
}
