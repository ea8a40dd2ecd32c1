using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>
/// Use case of the operator: erase personal fields of a party once its settlement has ended. The audit trail holds salted commitments alone, so its chains stay whole; with the
/// salt gone a commitment says nothing of the value any more. Wallets stay: they are on the chain.
/// </summary>
public sealed class ErasureStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>Fields that can be erased.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["name", "external_reference", "asset_provider", "lei", "wallet_address_hint", "counterparty_reference", "date_of_birth", "country"];

    const string LockSql = "select closed_at is not null, state from settlement.settlement where id = $1 for no key update";

    const string EraseSql = "select settlement.erase_fields($1, $2, $3, $4)";

    /// <summary>Erases fields. Erased before: nothing more happens.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="role">Role of the party.</param>
    /// <param name="fields">Of <see cref="Fields"/>; null for all.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<ErasedFields>> EraseAsync(Guid settlement, string role, IReadOnlyList<string>? fields, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> wanted = fields is null ? Fields : [.. fields.Distinct(StringComparer.Ordinal)];
        if (wanted.FirstOrDefault(field => !Fields.Contains(field, StringComparer.Ordinal)) is { } unknown)
            return DomainError.Validation([new Fault("/fields", "unknown_value", $"{unknown} cannot be erased. Use some of: {string.Join(", ", Fields)}.")]);
        if (wanted.Count == 0) return DomainError.Validation([new Fault("/fields", "too_few", "Name at least one field, or leave the member out to erase all.")]);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand find = Command(LockSql, connection, settlement))
        await using (NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return DomainError.NotFound("Settlement");
            if (!row.GetBoolean(0))
                return DomainError.Conflict(ErrorCodes.SettlementOpen, "The settlement has not ended; its parties are screened by these fields. Erase them when it has.", row.GetString(1));
        }
        await using NpgsqlCommand erase = Command(EraseSql, connection, settlement, role, wanted.ToArray(), time.UtcNowMicroseconds());
        if ((int)(await erase.ExecuteScalarAsync(cancellationToken))! == 0)
            return DomainError.Validation([new Fault("/role", "unknown_role", "No party of the settlement has this role.")]);
        await transaction.CommitAsync(cancellationToken);
        return new ErasedFields(settlement, role, wanted);
    }
}

/// <summary>What was erased.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="Role">Role of the party.</param>
/// <param name="Fields">The fields.</param>
public sealed record ErasedFields(Guid SettlementId, string Role, IReadOnlyList<string> Fields);
