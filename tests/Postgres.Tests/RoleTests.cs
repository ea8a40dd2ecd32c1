using Keystone.Postgres.Migrations;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>The one-writer rules are the database's own: a service that breaks them is refused, whatever its code says.</summary>
public sealed class RoleTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    const string Settlement = """
        insert into settlement.settlement (id, platform_id, environment_id, idempotency_key, type, template_id, template_slug, template_version, state,
          timeout_at, confirm_by, chain_id, path, created_at, updated_at)
        values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'k', 'single_platform', gen_random_uuid(), 's', 1, 'X', now(), now(), 1, '{}', now(), now())
        """;

    const string Fact = """
        insert into settlement.fact (id, settlement_id, kind, actor, body, created_at) values (gen_random_uuid(), gen_random_uuid(), 'confirm', 'a', '{}', now())
        """;

    const string Intent = """
        insert into transactions.intent (id, chain_id, purpose, subject, due_at, created_at, updated_at) values (gen_random_uuid(), 1, 'register', '\x', now(), now(), now())
        """;

    [Fact]
    public async Task A_second_database_does_not_take_the_roles_of_the_first()
    {
        TestDatabase second = new();
        await second.InitializeAsync();
        try
        {
            // The same database again is a rotation.
            ServiceLoginStore first = new(database.Source);
            await first.GrantAsync(CancellationToken.None);
            await first.RequireUnsharedAsync(CancellationToken.None);
            MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => new ServiceLoginStore(second.Source).RequireUnsharedAsync(CancellationToken.None));
            Assert.Contains($"serves the database {database.Name} of this Postgres already", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await database.Source.CreateCommand($"""
                revoke connect on database {database.Name} from keystone_api, keystone_indexer, keystone_keeper;
                alter role keystone_api nologin; alter role keystone_indexer nologin; alter role keystone_keeper nologin
                """).ExecuteNonQueryAsync();
            await second.DisposeAsync();
        }
    }

    [Theory]
    // api: inserts settlements and facts, moves nothing
    [InlineData("keystone_api", "update settlement.settlement set state = 'SETTLED'")]
    [InlineData("keystone_api", "update settlement.settlement set failure = '{}'")]
    [InlineData("keystone_api", "update settlement.settlement set terms = '\\x', escrow_id = '\\x'")]
    [InlineData("keystone_api", "delete from settlement.settlement")]
    [InlineData("keystone_api", "update settlement.leg set amount = 1")]
    [InlineData("keystone_api", "update settlement.event set payload = ''")]
    [InlineData("keystone_api", "update settlement.instrument set decimals = 0")]
    [InlineData("keystone_api", "update settlement.instrument set address = '\\x'")]
    [InlineData("keystone_api", "delete from settlement.instrument")]
    [InlineData("keystone_api", "delete from settlement.event")]
    [InlineData("keystone_api", "delete from settlement.fact")]
    [InlineData("keystone_api", "update settlement.fact set body = ''")]
    [InlineData("keystone_api", "delete from settlement.template")]
    [InlineData("keystone_api", "update settlement.deposit_link set expires_at = 'infinity'")]
    [InlineData("keystone_api", "delete from settlement.deposit_link")]
    [InlineData("keystone_keeper", "select token_sha256 from settlement.deposit_link")]
    [InlineData("keystone_api", Intent)]
    [InlineData("keystone_api", "update transactions.intent set status = 'done'")]
    [InlineData("keystone_api", "delete from transactions.attempt")]
    [InlineData("keystone_api", "update chain.position set halted = null")]
    [InlineData("keystone_api", "delete from chain.log")]
    [InlineData("keystone_api", "update identity.credential set scopes = '{admin}'")]
    [InlineData("keystone_api", "update webhooks.message set payload = ''")]
    [InlineData("keystone_api", "delete from settlement.idempotency")]
    // keeper: moves settlements, makes only the closing of a repo (decision 53), never answers for a party, never touches the mirror
    [InlineData("keystone_keeper", "update settlement.party set status = 'confirmed'")]
    [InlineData("keystone_keeper", "update settlement.leg set amount = 1")]
    [InlineData("keystone_keeper", "update settlement.event set payload = ''")]
    [InlineData("keystone_keeper", "delete from settlement.event")]
    [InlineData("keystone_keeper", "insert into chain.step (chain_id, revision, retracted, applied) values (1, 1, '{}', '{}')")]
    [InlineData("keystone_keeper", "update chain.position set halted = null")]
    [InlineData("keystone_keeper", "update chain.escrow set state = 2")]
    [InlineData("keystone_keeper", "delete from chain.block")]
    [InlineData("keystone_keeper", "select sha256 from identity.credential_secret")]
    [InlineData("keystone_keeper", "insert into webhooks.endpoint (id, environment_id, url, events, api_version, standard_scheme, created_at, updated_at) values (gen_random_uuid(), gen_random_uuid(), 'u', '{}', 'v', true, now(), now())")]
    [InlineData("keystone_keeper", "delete from settlement.idempotency")]
    [InlineData("keystone_keeper", "update identity.environment set kind = 'production'")]
    [InlineData("keystone_api", "update identity.environment set kind = 'production'")]
    [InlineData("keystone_api", "insert into compliance.screening (id, settlement_id, party_id, layer, round, due_at, created_at, updated_at) values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'entity', 1, now(), now(), now())")]
    [InlineData("keystone_api", "delete from settlement.audit_head")]
    [InlineData("keystone_keeper", "select password_hash from identity.person")]
    [InlineData("keystone_keeper", "select invitation_sha256 from identity.member")]
    [InlineData("keystone_keeper", "update identity.member set roles = '{}'")]
    [InlineData("keystone_keeper", "delete from settlement.statement_check")]
    [InlineData("keystone_api", "update settlement.statement_check set breaks = '[]'")]
    [InlineData("keystone_api", "select 1 from webhooks.mail")]
    // indexer: its own schema and nothing else
    [InlineData("keystone_indexer", "select 1 from settlement.settlement")]
    [InlineData("keystone_indexer", Settlement)]
    [InlineData("keystone_indexer", Fact)]
    [InlineData("keystone_indexer", "update settlement.settlement set due_at = now()")]
    [InlineData("keystone_indexer", "delete from settlement.event")]
    [InlineData("keystone_indexer", Intent)]
    [InlineData("keystone_indexer", "select 1 from identity.platform")]
    [InlineData("keystone_indexer", "select 1 from webhooks.message")]
    public async Task What_is_not_a_service_s_own_is_refused(string role, string sql)
    {
        await using NpgsqlDataSource service = NpgsqlDataSource.Create(await database.LoginAsync(role));
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => service.CreateCommand(sql).ExecuteNonQueryAsync());
        Assert.True(refused.SqlState == PostgresErrorCodes.InsufficientPrivilege, refused.Message);
    }

    [Theory]
    [InlineData("keystone_api", "update settlement.settlement set due_at = now(), updated_at = now()")]
    [InlineData("keystone_api", "update settlement.instrument set symbol = symbol, registered = registered, isin = isin, token_id = token_id, claimed_symbol = claimed_symbol")]
    [InlineData("keystone_api", "select 1 from chain.escrow, transactions.intent, compliance.screening")]
    [InlineData("keystone_keeper", "update settlement.settlement set state = state, version = version + 1")]
    [InlineData("keystone_keeper", "select 1 from chain.escrow, identity.environment, settlement.fact")]
    [InlineData("keystone_keeper", "update transactions.intent set status = 'done'")]
    [InlineData("keystone_keeper", "select p.id, p.email, m.roles from identity.person p join identity.member m on m.person_id = p.id where m.status = 'active'")]
    [InlineData("keystone_indexer", "update chain.position set revision = revision + 1")]
    [InlineData("keystone_indexer", "delete from chain.escrow")]
    public async Task What_is_its_own_is_allowed(string role, string sql)
    {
        await using NpgsqlDataSource service = NpgsqlDataSource.Create(await database.LoginAsync(role));
        await service.CreateCommand(sql).ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task No_service_may_make_tables_or_roles()
    {
        foreach (string role in (string[])["keystone_api", "keystone_keeper", "keystone_indexer"])
        {
            await using NpgsqlDataSource service = NpgsqlDataSource.Create(await database.LoginAsync(role));
            foreach (string sql in (string[])["create table settlement.mine (id int)", "create table public.mine (id int)", "create schema mine", $"create role mine_{role}",
                "alter table settlement.settlement disable trigger all", "truncate settlement.event"])
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => service.CreateCommand(sql).ExecuteNonQueryAsync())).SqlState);
        }
    }
}
