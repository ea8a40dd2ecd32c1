using Keystone.Postgres.Migrations;

namespace Keystone.Transactions;

/// <summary>Schema <c>transactions</c>, which this room owns: intents, nonces and attempts.</summary>
public static class TransactionsSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("transactions", typeof(TransactionsSchema).Assembly);
}
