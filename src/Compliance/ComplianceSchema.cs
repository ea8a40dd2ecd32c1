using Keystone.Postgres.Migrations;

namespace Keystone.Compliance;

/// <summary>Schema <c>compliance</c>, which this room owns: screenings.</summary>
public static class ComplianceSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("compliance", typeof(ComplianceSchema).Assembly, "settlement");
}
