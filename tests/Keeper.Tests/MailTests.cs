using Keystone.Ethereum;
using Keystone.Identity.Members;
using Keystone.Keeper.Mail;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Keystone.Webhooks.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>Mail to people, through a real connection with TLS: who is told what, how often, and that nothing is told twice or in the clear.</summary>
public sealed class MailTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    const long Chain = 4_242;

    readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));
    readonly SettlementBook _book = new(database.Source);

    NpgsqlDataSource _keeper = null!;
    Guid _selling, _buying;
    string _run = "";

    public async Task InitializeAsync()
    {
        // Under the keeper's own role: it reads addresses and roles of people, and nothing else of them.
        _keeper = await database.OpenAsync("keystone_keeper");
        _run = Guid.NewGuid().ToString("n")[..8];
        await _book.RunAsync("delete from webhooks.mail");
        await _book.RunAsync("update webhooks.mail_cursor set position = (select coalesce(max(position), 0) from webhooks.message)");
        (_selling, _buying) = (await _book.EnvironmentAsync($"selling-{_run}", Chain), await _book.EnvironmentAsync($"buying-{_run}", Chain));
        foreach ((Guid environment, string side) in ((Guid, string)[])[(_selling, "selling"), (_buying, "buying")])
            foreach (string role in (string[])["instruct", "approve", "compliance", "platform_manager", "read_only"]) await MemberAsync(environment, $"{role}@{side}.example", role);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    async Task MemberAsync(Guid environment, string email, string role, string status = "active")
    {
        Guid person = Guid.NewGuid();
        string name = $"{_run}-{email}";
        await _book.RunAsync("""
            insert into identity.person (id, user_name, normalized_user_name, email, normalized_email, name, security_stamp, concurrency_stamp, created_at) values ($1, $2, $2, $3, $2, 'Ada Secret', 's', 'c', now())
            """, person, name, email);
        await _book.RunAsync("""
            insert into identity.member (id, platform_id, person_id, roles, status, invited_by, created_at, updated_at)
            select gen_random_uuid(), platform_id, $2, array[$3], $4, 'test', now(), now() from identity.environment where id = $1
            """, environment, person, role, status);
    }

    MailOptions Settings(FakeSmtp server, string security = "starttls") => new()
    {
        Host = "localhost",
        Port = server.Port,
        Security = security,
        User = "keystone",
        Password = "secret-password",
        From = "Keystone <keystone@example.org>",
        Authority = server.Authority,
        PagesUrl = "https://keystone.example",
        TimeoutSeconds = 20,
    };

    (MailPlanner Planner, MailLoop Loop, MailStore Store) Parts(MailOptions settings)
    {
        IOptions<MailOptions> options = Options.Create(settings);
        MailStore store = new(_keeper, _time);
        MailPlanner planner = new(store, new NoticeRecipientStore(_keeper), new NearDeadlineStore(_keeper), options, _time);
        return (planner, new MailLoop(planner, store, new MailSender(options, _time), options, _time, NullLogger<MailLoop>.Instance), store);
    }

    // As the publisher leaves it.
    Task PublishAsync(Guid environment, string type, Guid? settlement) => _book.RunAsync("""
        with next as (update webhooks.publisher set position = position + 1 returning position)
        insert into webhooks.message (id, environment_id, type, settlement_id, payload, created_at, position)
        select gen_random_uuid(), $1, $2, $3::uuid, '{"parties":[{"name":"Ada Secret","wallet":"0x1234"}],"amount":"50000"}', $4, position from next
        """, environment, type, settlement is { } id ? id.ToString() : null, _time.Now);

    async Task<long> CountAsync(string status) => (long)(await _book.ScalarAsync("select count(*) from webhooks.mail where status = $1", status))!;

    static string[] To(FakeSmtp server) => [.. server.Mails.Select(mail => mail.Recipient).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_review_is_told_to_those_who_decide_and_to_nobody_of_the_other_side_and_says_no_more_than_ids()
    {
        await using FakeSmtp server = new();
        (MailPlanner planner, MailLoop loop, _) = Parts(Settings(server));
        Guid settlement = Guid.NewGuid();
        await PublishAsync(_selling, "settlement.compliance.flagged", settlement);
        await PublishAsync(_selling, "settlement.state.compliance_checking", settlement);
        await PublishAsync(_buying, "settlement.state.compliance_checking", settlement);
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(1, await loop.SendAsync(CancellationToken.None));
        (string recipient, string text) = Assert.Single(server.Mails);
        Assert.Equal("compliance@selling.example", recipient);
        Assert.Contains($"settlement {settlement}", text, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", text, StringComparison.Ordinal);
        Assert.All((string[])["Ada", "0x1234", "50000", "selling-", "secret"], word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
        // The password, too, was inside of TLS alone.
        Assert.All(server.Plain, line => Assert.Matches("^(EHLO|STARTTLS)", line));
        Assert.Contains(server.Secured, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_kind_goes_to_those_who_can_do_something_about_it_and_to_no_one_invited_or_removed()
    {
        await using FakeSmtp server = new();
        MailOptions settings = Settings(server);
        settings.OperatorAddresses.Add("desk@operator.example");
        (MailPlanner planner, MailLoop loop, _) = Parts(settings);
        await MemberAsync(_selling, "invited@selling.example", "platform_manager", "invited");
        await MemberAsync(_selling, "removed@selling.example", "platform_manager", "removed");
        Guid blocked = Guid.NewGuid();
        await PublishAsync(_selling, "webhook.endpoint.disabled", null);
        await PublishAsync(_selling, "settlement.rollback.blocked", blocked);
        await PublishAsync(_buying, "settlement.rollback.blocked", blocked);
        await planner.MessagesAsync(CancellationToken.None);
        await planner.LowBalanceAsync(Chain, Address.Zero.ToString(), CancellationToken.None);
        await planner.LowBalanceAsync(Chain, Address.Zero.ToString(), CancellationToken.None);
        await loop.SendAsync(CancellationToken.None);
        // The operator once for both sides, and once for the account.
        Assert.Equal(["approve@buying.example", "approve@selling.example", "desk@operator.example", "desk@operator.example", "instruct@buying.example", "instruct@selling.example",
            "platform_manager@selling.example"], To(server));
        Assert.Equal(7, await CountAsync("sent"));
        _time.Now += TimeSpan.FromDays(1);
        await planner.LowBalanceAsync(Chain, Address.Zero.ToString(), CancellationToken.None);
        Assert.Equal(1, await loop.SendAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_person_gets_one_mail_of_a_kind_in_an_hour_and_what_came_meanwhile_in_the_next()
    {
        await using FakeSmtp server = new();
        (MailPlanner planner, MailLoop loop, _) = Parts(Settings(server));
        Guid[] settlements = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        foreach (Guid one in settlements)
        {
            await PublishAsync(_selling, "settlement.compliance.flagged", one);
            await planner.MessagesAsync(CancellationToken.None);
            await loop.SendAsync(CancellationToken.None);
            _time.Now += TimeSpan.FromMinutes(10);
        }
        Assert.Single(server.Mails);
        // Another kind has an hour of its own.
        await PublishAsync(_selling, "webhook.endpoint.disabled", null);
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(1, await loop.SendAsync(CancellationToken.None));
        _time.Now += TimeSpan.FromMinutes(31);
        Assert.Equal(1, await loop.SendAsync(CancellationToken.None));
        string last = server.Mails.Last().Text;
        Assert.Equal([false, true, true], settlements.Select(one => last.Contains(one.ToString(), StringComparison.Ordinal)));
        _time.Now += TimeSpan.FromHours(2);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_restart_tells_nothing_twice_and_a_server_that_was_away_loses_nothing()
    {
        await using FakeSmtp server = new();
        MailOptions settings = Settings(server);
        (MailPlanner planner, MailLoop loop, MailStore store) = Parts(settings);
        await PublishAsync(_selling, "settlement.compliance.flagged", Guid.NewGuid());
        // Two keepers at once, and again after a restart.
        await Task.WhenAll(planner.MessagesAsync(CancellationToken.None), Parts(settings).Planner.MessagesAsync(CancellationToken.None));
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(1, await CountAsync("waiting"));

        // Away: nothing listens there.
        MailOptions nowhere = Settings(server);
        nowhere.Port = 1;
        Assert.Equal(0, await Parts(nowhere).Loop.SendAsync(CancellationToken.None));
        Assert.Equal(1, await CountAsync("waiting"));
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        _time.Now += TimeSpan.FromMinutes(2);
        server.ToRecipient = "451 later";
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        _time.Now += TimeSpan.FromMinutes(5);

        // A process that ends in the middle.
        Assert.NotNull(await store.ClaimAsync(CancellationToken.None));
        Assert.Null(await store.ClaimAsync(CancellationToken.None));
        server.ToRecipient = "250 ok";
        _time.Now += TimeSpan.FromMinutes(6);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        Assert.Equal(1, await CountAsync("unknown"));
        Assert.Empty(server.Mails);

        // A connection that is cut while the server has the mail in hand: it may have been sent.
        _time.Now += TimeSpan.FromHours(2);
        server.Cuts = true;
        await PublishAsync(_selling, "settlement.compliance.flagged", Guid.NewGuid());
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        server.Cuts = false;
        _time.Now += TimeSpan.FromHours(2);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        Assert.Single(server.Mails);
        Assert.Equal(2, await CountAsync("unknown"));

        // An address that the server refuses for good is not tried again, and holds up no other.
        server.ToRecipient = "550 no such user";
        await PublishAsync(_selling, "settlement.compliance.flagged", Guid.NewGuid());
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        Assert.Equal(1, await CountAsync("failed"));
    }

    [Fact]
    public async Task A_server_that_is_away_over_a_weekend_loses_nothing()
    {
        await using FakeSmtp server = new();
        MailOptions nowhere = Settings(server);
        nowhere.Port = 1;
        (MailPlanner planner, MailLoop loop, _) = Parts(nowhere);
        Guid settlement = Guid.NewGuid();
        await PublishAsync(_selling, "settlement.compliance.flagged", settlement);
        await planner.MessagesAsync(CancellationToken.None);
        for (DateTimeOffset friday = _time.Now; _time.Now < friday + TimeSpan.FromHours(60); _time.Now += TimeSpan.FromMinutes(61)) await loop.SendAsync(CancellationToken.None);
        Assert.Equal((1, 0), (await CountAsync("waiting"), await CountAsync("failed")));
        Assert.Equal(1, await Parts(Settings(server)).Loop.SendAsync(CancellationToken.None));
        Assert.Contains($"settlement {settlement}", Assert.Single(server.Mails).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keeper_that_was_away_for_days_writes_of_what_happened_right_before()
    {
        await using FakeSmtp server = new();
        (MailPlanner planner, MailLoop loop, _) = Parts(Settings(server));
        await PublishAsync(_selling, "settlement.compliance.flagged", Guid.NewGuid());
        _time.Now += TimeSpan.FromDays(3);
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(1, await loop.SendAsync(CancellationToken.None));
        // One that begins to write mail does not begin with last month.
        await PublishAsync(_selling, "settlement.compliance.flagged", Guid.NewGuid());
        _time.Now += TimeSpan.FromDays(30);
        await planner.MessagesAsync(CancellationToken.None);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_is_said_over_a_connection_without_TLS_or_to_a_server_that_is_another()
    {
        await using FakeSmtp plain = new() { Offers = false };
        await using FakeSmtp other = new("mail.example.net");
        await using FakeSmtp secure = new() { Implicit = true };
        MailOptions untrusted = Settings(secure, "tls");
        untrusted.Authority = plain.Authority;
        await PublishAsync(_selling, "settlement.compliance.flagged", Guid.NewGuid());
        foreach (MailOptions settings in (MailOptions[])[Settings(plain), Settings(other), untrusted])
        {
            (MailPlanner planner, MailLoop loop, _) = Parts(settings);
            await planner.MessagesAsync(CancellationToken.None);
            Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
            Assert.Equal(1, await CountAsync("waiting"));
            _time.Now += TimeSpan.FromHours(1);
        }
        Assert.All(plain.Plain, line => Assert.StartsWith("EHLO", line, StringComparison.Ordinal));
        Assert.Empty(other.Secured);
        Assert.Equal(1, await Parts(Settings(secure, "tls")).Loop.SendAsync(CancellationToken.None));
        Assert.Single(secure.Mails);
        Assert.Empty(secure.Plain);
    }

    [Fact]
    public async Task Whoever_has_not_deposited_is_told_before_the_deadline_and_nobody_else()
    {
        await using FakeSmtp server = new();
        (MailPlanner planner, MailLoop loop, _) = Parts(Settings(server));
        Address token = Address.Parse("0x00000000000000000000000000000000000000a1"), wallet = Address.Parse("0x00000000000000000000000000000000000000b2");
        PlantedMirror mirror = new(database.Source, Chain);
        await mirror.BeginAsync(Address.Parse("0x00000000000000000000000000000000000000c3"), 10, 5, _time.Now.ToUnixTimeSeconds());
        DateTimeOffset made = _time.Now;
        Guid near = await InstructAsync(TimeSpan.FromHours(12)), far = await InstructAsync(TimeSpan.FromHours(60)), full = await InstructAsync(TimeSpan.FromHours(12)), small = await InstructAsync(TimeSpan.FromHours(1));
        await EscrowAsync(near, "deposited", "pending");
        await EscrowAsync(full, "deposited", "deposited");
        await EscrowAsync(far, "pending", "pending");
        await EscrowAsync(small, "pending", "pending");
        await planner.DeadlinesAsync(CancellationToken.None);
        Assert.Equal(0, await loop.SendAsync(CancellationToken.None));
        // A settlement of an hour is told of in its last quarter, not from the start.
        _time.Now = made + TimeSpan.FromMinutes(50);
        await planner.DeadlinesAsync(CancellationToken.None);
        await loop.SendAsync(CancellationToken.None);
        Assert.Equal(["approve@buying.example", "approve@selling.example", "instruct@buying.example", "instruct@selling.example"], To(server));
        server.Mails.Clear();
        _time.Now = made + TimeSpan.FromHours(10);
        for (int i = 0; i < 2; i++) await planner.DeadlinesAsync(CancellationToken.None);
        await loop.SendAsync(CancellationToken.None);
        Assert.Equal(["approve@buying.example", "instruct@buying.example"], To(server));
        Assert.All(server.Mails, mail => Assert.Contains($"settlement {near}", mail.Text, StringComparison.Ordinal));

        async Task<Guid> InstructAsync(TimeSpan time) => await _book.InstructAsync(Chain, _selling, "dvp-single", [new BookParty("seller", _selling, wallet), new BookParty("buyer", _buying, wallet)],
            [new BookLeg("asset", token, "seller", "buyer", 5UL), new BookLeg("payment", token, "buyer", "seller", 6UL)], made + time, made);

        async Task EscrowAsync(Guid id, params string[] legs)
        {
            byte[] escrow = Keccak256.Hash(id.ToByteArray()).ToBytes();
            await _book.RunAsync("update settlement.settlement set escrow_id = $2, escrow_contract = $3, terms = '\\x00' where id = $1", id, escrow, new byte[20]);
            await _book.RunAsync("""
                insert into chain.escrow (chain_id, escrow_id, contract, state, registered, deadline, opened_block, registered_block, registered_tx, legs)
                select $1, $2, $3, 1, true, 1, 1, 1, $4, array(select row(null, null, null, null, null, null, status, 1, $4::bytea, 0, 1, $4::bytea, 0)::chain.leg from unnest($5::text[]) with ordinality leg (status, place) order by place)
                """, Chain, escrow, new byte[20], new byte[32], legs);
        }
    }

    [Theory]
    [InlineData("Security", "plain", "Mail:Security")]
    [InlineData("From", "nobody", "Mail:From")]
    [InlineData("User", "", "Mail:User")]
    [InlineData("PagesUrl", "http://keystone.example", "Mail:PagesUrl")]
    [InlineData("Host", "", "Mail:Host")]
    public void A_wrong_setting_is_named(string name, string value, string named)
    {
        MailOptions settings = new() { Host = "mail.example", User = "u", Password = "p", From = "Keystone <keystone@example.org>" };
        Assert.Empty(settings.Faults());
        typeof(MailOptions).GetProperty(name)!.SetValue(settings, value);
        Assert.StartsWith(named, Assert.Single(settings.Faults()), StringComparison.Ordinal);
        Assert.Empty(new MailOptions().Faults());
    }
}
