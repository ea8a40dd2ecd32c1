using System.Security.Cryptography;
using System.Text;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>Recovery codes: ten of 100 random bits, kept as hashes, each good once.</summary>
public sealed class RecoveryCodeStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>Codes of a person.</summary>
    public const int Count = 10;

    // Without I, L, O and U: nobody reads one letter for another.
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const int Groups = 4, GroupLength = 5;

    const string DeleteAll = "delete from identity.recovery_code where person_id = $1";

    const string InsertAll = "insert into identity.recovery_code (person_id, sha256) select $1, unnest($2::bytea[])";

    /// <summary>Makes new codes in place of those before. They are in this answer and in no other.</summary>
    public async Task<IReadOnlyList<string>> ReplaceAsync(Guid person, CancellationToken cancellationToken)
    {
        string[] codes = [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, GroupLength))))];
        await ReplaceAsync(person, codes, cancellationToken);
        return codes;
    }

    internal async Task ReplaceAsync(Guid person, IEnumerable<string> codes, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(DeleteAll, connection, cancellationToken, person);
        await RunAsync(InsertAll, connection, cancellationToken, person, codes.Select(Hash).ToArray());
        await transaction.CommitAsync(cancellationToken);
    }

    const string Redeem = "update identity.recovery_code set used_at = $3 where person_id = $1 and sha256 = $2 and used_at is null";

    /// <summary>True when the code is the person's and was not used before.</summary>
    public async Task<bool> RedeemAsync(Guid person, string code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        await using NpgsqlCommand redeem = Command(Redeem, person, Hash(code), time.UtcNowMicroseconds());
        return await redeem.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string CountLeft = "select count(*) from identity.recovery_code where person_id = $1 and used_at is null";

    /// <summary>Codes that were not used.</summary>
    public async Task<int> CountAsync(Guid person, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Command(CountLeft, person);
        return (int)(long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    // As it is read from paper: without hyphens and spaces, in capitals.
    static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(code.Where(letter => letter is not ('-' or ' '))).ToUpperInvariant()));
}
