namespace Keystone.Postgres.Migrations;

/// <summary>A database that is not at the schema of this build.</summary>
public sealed class MigrationException(string message) : Exception(message);
