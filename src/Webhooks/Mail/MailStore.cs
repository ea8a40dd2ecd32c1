using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.Mail;

/// <summary>Mail to people: rows of what each is told, and the mails that tell it.</summary>
public sealed class MailStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>At most one mail of a kind to a person in this time; what comes meanwhile is in the next one.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    /// <summary>After this time a mail that was begun and not ended is not known to be sent, and is not sent again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Attempts until a mail is given up: with the hour between them some three and a half days, so that a server may be away over a long weekend.</summary>
    public const int MostAttempts = 90;

    /// <summary>Mail about what is older is not news: a keeper that begins to write mail tells nothing of before. Longer than a keeper is away.</summary>
    static readonly TimeSpan Old = TimeSpan.FromDays(7);

    const string LockCursor = "select position from webhooks.mail_cursor for update skip locked";

    const string SelectMessages = """
        select position, id, type, environment_id, settlement_id, created_at from webhooks.message
        where position > $1 and position <= (select position from webhooks.publisher) order by position limit $2
        """;

    const string MoveCursor = "update webhooks.mail_cursor set position = $1";

    /// <summary>Takes the next published messages and, in the same transaction, writes the rows that they make: a crash loses none and repeats none.</summary>
    /// <param name="kinds">Kind of mail by name of the event; others are passed over.</param>
    /// <param name="most">Messages at most.</param>
    /// <param name="recipients">Gives each notice its people.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>How many messages were taken; below <paramref name="most"/> there are no more.</returns>
    public async Task<int> TakeMessagesAsync(
        IReadOnlyDictionary<string, string> kinds, int most, Func<IReadOnlyList<MailNotice>, CancellationToken, Task<IReadOnlyList<AddressedNotice>>> recipients,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(recipients);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlCommand cursor = Command(LockCursor, connection);
        // Another keeper is at it.
        if (await cursor.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not long position) return 0;
        DateTimeOffset oldest = time.GetUtcNow() - Old;
        List<MailNotice> notices = [];
        int taken = 0;
        await using (NpgsqlCommand select = Command(SelectMessages, connection, position, most))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            for (; await row.ReadAsync(cancellationToken).ConfigureAwait(false); taken++)
            {
                position = row.GetInt64(0);
                if (kinds.TryGetValue(row.GetString(2), out string? kind) && row.GetFieldValue<DateTimeOffset>(5) >= oldest)
                    notices.Add(new MailNotice(kind, row.GetGuid(1).ToString(), row.GetGuid(3), row.IsDBNull(4) ? null : row.GetGuid(4)));
            }
        }
        if (taken == 0) return 0;
        if (notices.Count > 0) await AddAsync(connection, await recipients(notices, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await RunAsync(MoveCursor, connection, cancellationToken, position).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return taken;
    }

    const string Insert = """
        insert into webhooks.mail (id, kind, subject, recipient, environment_id, settlement_id, due_at, created_at)
        values ($1, $2, $3, $4, $5::uuid, $6::uuid, $7, $7) on conflict (kind, subject, recipient) do nothing
        """;

    /// <summary>Writes rows in a transaction of its own; whoever was told of the same before is not told again.</summary>
    /// <returns>How many are new.</returns>
    public async Task<int> AddAsync(IReadOnlyList<AddressedNotice> notices, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        int added = await AddAsync(connection, notices, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return added;
    }

    async Task<int> AddAsync(NpgsqlConnection connection, IReadOnlyList<AddressedNotice> notices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notices);
        DateTimeOffset now = time.UtcNowMicroseconds();
        int added = 0;
        foreach ((MailNotice notice, string recipient) in notices)
        {
            await using NpgsqlCommand insert = Command(Insert, connection, Guid.CreateVersion7(now), notice.Kind, notice.Subject, recipient);
            insert.Parameters.Add(new NpgsqlParameter { Value = (object?)notice.EnvironmentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
            insert.Parameters.Add(new NpgsqlParameter { Value = (object?)notice.SettlementId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
            insert.Parameters.Add(new NpgsqlParameter { Value = now });
            added += await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        return added;
    }

    // Two keepers that look at once could each find the hour free.
    const string LockClaims = "select pg_advisory_xact_lock(7166200918301)";

    const string Claim = """
        update webhooks.mail set status = 'sending', letter = $1, claimed_until = $2, attempts = attempts + 1
        where status = 'waiting' and (kind, recipient) = (
          select m.kind, m.recipient from webhooks.mail m where m.status = 'waiting' and m.due_at <= $3
            and not exists (select from webhooks.mail o where o.recipient = m.recipient and o.kind = m.kind
              and (o.status = 'sending' or (o.status in ('sent', 'unknown') and o.sent_at > $4)))
          order by m.due_at, m.id limit 1)
        returning kind, recipient, settlement_id, environment_id, subject, attempts
        """;

    /// <summary>The next mail: everything of one kind that a person has not been told. Null when nothing is due.</summary>
    public async Task<ClaimedLetter?> ClaimAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        Guid id = Guid.CreateVersion7(now);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(LockClaims, connection, cancellationToken).ConfigureAwait(false);
        List<MailNotice> items = [];
        (string Recipient, int Attempts) to = ("", 0);
        await using (NpgsqlCommand claim = Command(Claim, connection, id, now + Patience, now, now - Quiet))
        await using (NpgsqlDataReader row = await claim.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                items.Add(new MailNotice(row.GetString(0), row.GetString(4), row.IsDBNull(3) ? null : row.GetGuid(3), row.IsDBNull(2) ? null : row.GetGuid(2)));
                to = (row.GetString(1), Math.Max(to.Attempts, row.GetInt32(5)));
            }
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return items.Count == 0 ? null : new ClaimedLetter(id, items[0].Kind, to.Recipient, [.. items.OrderBy(item => item.Subject, StringComparer.Ordinal)], to.Attempts);
    }

    const string Sent = "update webhooks.mail set status = 'sent', sent_at = $2, claimed_until = null, last_error = null where letter = $1 and status = 'sending'";

    /// <summary>The server took the mail.</summary>
    public Task SentAsync(ClaimedLetter letter, CancellationToken cancellationToken) => EndAsync(letter, Sent, [time.UtcNowMicroseconds()], cancellationToken);

    const string NotSent = """
        update webhooks.mail set status = case when $4 or attempts >= $5 then 'failed' else 'waiting' end, due_at = $2, claimed_until = null, last_error = $3
        where letter = $1 and status = 'sending'
        """;

    /// <summary>The server did not take it: it is tried again later, unless it said never.</summary>
    public Task NotSentAsync(ClaimedLetter letter, string error, bool forGood, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        // 1, 2, 4 ... minutes, an hour at most.
        TimeSpan wait = TimeSpan.FromMinutes(Math.Min(60, 1 << Math.Min(6, letter.Attempts - 1)));
        return EndAsync(letter, NotSent, [time.UtcNowMicroseconds() + wait, error, forGood, MostAttempts], cancellationToken);
    }

    const string Unknown = "update webhooks.mail set status = 'unknown', sent_at = $2, claimed_until = null, last_error = $3 where letter = $1 and status = 'sending'";

    /// <summary>Nobody knows whether the server took it: it is not sent again.</summary>
    public Task UnknownAsync(ClaimedLetter letter, string error, CancellationToken cancellationToken) => EndAsync(letter, Unknown, [time.UtcNowMicroseconds(), error], cancellationToken);

    async Task EndAsync(ClaimedLetter letter, string sql, object?[] values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        await using NpgsqlCommand end = Command(sql, [letter.Id, .. values]);
        await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    const string Abandoned = """
        update webhooks.mail set status = 'unknown', sent_at = claimed_until, claimed_until = null, last_error = 'the process ended while the mail was being sent'
        where status = 'sending' and claimed_until < $1
        """;

    /// <summary>Mails that a process began and did not end: they may have been sent, and are not sent again. Returns how many rows they are.</summary>
    public async Task<int> AbandonAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand abandon = Command(Abandoned, time.UtcNowMicroseconds());
        return await abandon.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    const string Delete = "delete from webhooks.mail where created_at < $1 and status in ('sent', 'unknown', 'failed')";

    /// <summary>Deletes rows of before a time that are done: they hold addresses of people. Returns how many.</summary>
    public async Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = Command(Delete, before.ToUniversalTime());
        return await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
