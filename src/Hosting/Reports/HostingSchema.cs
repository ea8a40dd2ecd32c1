using Keystone.Postgres.Migrations;

namespace Keystone.Hosting.Reports;

/// <summary>Schema <c>hosting</c>, which this room owns: processes, their reports, alarms.</summary>
public static class HostingSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("hosting", typeof(HostingSchema).Assembly);
}
