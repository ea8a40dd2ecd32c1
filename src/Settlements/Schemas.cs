using Keystone.Compliance;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres.Migrations;
using Keystone.Transactions;
using Keystone.Webhooks;

namespace Keystone.Settlements;

/// <summary>Every schema of a system, as <c>keystone migrate</c> makes them and tests copy them. This room references all that own one.</summary>
public static class Schemas
{
    /// <summary>All of them; the order of applying follows from what they refer to.</summary>
    public static IReadOnlyList<MigrationSource> All { get; } =
    [
        MirrorSchema.Migrations, IdentitySchema.Migrations, SettlementSchema.Migrations, ComplianceSchema.Migrations, TransactionsSchema.Migrations, WebhooksSchema.Migrations,
    ];
}
