using Keystone.Postgres;
using Npgsql;

namespace Keystone.Webhooks.Endpoints;

/// <summary>Seals every secret under the current key, after which the older keys can be destroyed. Needs the rights of the database's owner.</summary>
public sealed class SecretStore(NpgsqlDataSource database, SecretBox box) : SqlStore(database)
{
    // Locked, so that a rotation of a secret at the same moment comes before or after.
    const string SelectSql = "select endpoint_id, ordinal, key_id, sealed from webhooks.secret order by endpoint_id, ordinal for update";

    const string UpdateSql = "update webhooks.secret set key_id = $3, sealed = $4 where endpoint_id = $1 and ordinal = $2";

    /// <summary>Opens each secret with the keys that there are and seals it under the current one, all in one transaction. Running it again changes nothing.</summary>
    public async Task<ResealedSecrets> ResealAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        List<(Guid Endpoint, int Ordinal, SealedSecret Secret)> secrets = [];
        await using (NpgsqlCommand select = Command(SelectSql, connection))
        await using (NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                secrets.Add((rows.GetGuid(0), rows.GetInt32(1), new SealedSecret(rows.GetString(2), rows.GetFieldValue<byte[]>(3))));
        int resealed = 0, current = 0;
        List<(Guid, string)> unopened = [];
        foreach ((Guid endpoint, int ordinal, SealedSecret secret) in secrets)
        {
            string plain;
            try
            {
                plain = box.Open(endpoint, secret);
            }
            catch (UnopenedSecretException fault)
            {
                unopened.Add((endpoint, fault.Message));
                continue;
            }
            if (secret.KeyId == box.KeyId)
            {
                current++;
                continue;
            }
            SealedSecret again = box.Seal(endpoint, plain);
            resealed += await RunAsync(UpdateSql, connection, cancellationToken, endpoint, ordinal, again.KeyId, again.Bytes).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new ResealedSecrets(resealed, current, unopened);
    }
}
