using Keystone.Identity.Errors;
using Keystone.Identity.Platforms;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Identity.Tests.SignIn;

/// <summary>Sessions end by time, by hand, and with what they stand on; open pages end with them.</summary>
public sealed class SessionTests(SignInScene scene) : IClassFixture<SignInScene>
{
    [Fact]
    public async Task A_session_ends_without_activity_after_30_minutes_and_in_any_case_after_12_hours()
    {
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct");
        Guid id = (await scene.OpenAsync(member))!.Id;
        TimeSpan before = scene.Clock.Shift;
        try
        {
            for (int quarter = 1; quarter <= 47; quarter++)
            {
                scene.Clock.Shift = before + TimeSpan.FromMinutes(15 * quarter);
                await scene.Sessions.TouchAsync((await scene.Sessions.FindAsync(id, CancellationToken.None))!, CancellationToken.None);
            }
            scene.Clock.Shift = before + TimeSpan.FromHours(12) - TimeSpan.FromSeconds(30);
            Assert.NotNull(await scene.Sessions.FindAsync(id, CancellationToken.None));
            scene.Clock.Shift = before + TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1);
            Assert.Null(await scene.Sessions.FindAsync(id, CancellationToken.None));
            Guid idle = (await scene.OpenAsync(member))!.Id;
            scene.Clock.Shift += TimeSpan.FromMinutes(29);
            Assert.NotNull(await scene.Sessions.FindAsync(idle, CancellationToken.None));
            scene.Clock.Shift += TimeSpan.FromMinutes(2);
            Assert.Null(await scene.Sessions.FindAsync(idle, CancellationToken.None));
        }
        finally
        {
            scene.Clock.Shift = before;
        }
    }

    public static TheoryData<string> Ends => ["session", "roles", "removed", "suspended", "stamp", "lock"];

    /// <summary>Two processes: the one where it is ended at once, the other one within 5 s without any signal.</summary>
    [Theory, MemberData(nameof(Ends))]
    public async Task What_ends_a_session_is_felt_within_five_seconds_in_every_process(string how)
    {
        Guid platform = await scene.PlatformAsync();
        await scene.MemberAsync(platform, SignInScene.Email(), "platform_manager");
        (Invitation member, _) = await scene.MemberAsync(platform, SignInScene.Email(), "instruct");
        (Invitation other, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct");
        Guid id = (await scene.OpenAsync(member))!.Id, kept = (await scene.OpenAsync(other))!.Id;
        await using ServiceProvider elsewhere = await scene.StartAsync();
        MemberSessions there = elsewhere.GetRequiredService<MemberSessions>();
        Assert.NotNull(await there.FindAsync(id, CancellationToken.None));
        Assert.NotNull(await there.FindAsync(kept, CancellationToken.None));

        // Pages open in both processes. The loop of neither runs: the sweep is what it does at a signal and every 5 s.
        int ended = 0, keptEnded = 0;
        SessionCircuits here = scene.Services.GetRequiredService<SessionCircuits>(), far = elsewhere.GetRequiredService<SessionCircuits>();
        using IDisposable one = here.Register(id, () => Task.FromResult(Interlocked.Increment(ref ended))), two = far.Register(id, () => Task.FromResult(Interlocked.Increment(ref ended)));
        using IDisposable three = far.Register(kept, () => Task.FromResult(Interlocked.Increment(ref keptEnded)));

        Task signal = scene.Services.GetRequiredService<WakeSignals>().Next(WakeSignals.Sessions);
        switch (how)
        {
            case "session":
                Assert.True(await scene.Sessions.EndAsync(id, member.MemberId, "test", CancellationToken.None));
                Assert.Null(await scene.Sessions.FindAsync(id, CancellationToken.None));
                break;
            case "roles":
                (await scene.Members.ChangeRolesAsync(platform, Actor.Operator, member.MemberId, ["read_only"], new MemberFaults(), CancellationToken.None)).Require();
                break;
            case "removed":
                Assert.Null(await scene.Members.RemoveAsync(platform, Actor.Operator, member.MemberId, CancellationToken.None));
                break;
            case "suspended":
                (await scene.Services.GetRequiredService<PlatformAccountStore>().SetStatusAsync(platform, false, CancellationToken.None)).Require();
                break;
            case "stamp":
                await scene.WithAsync<UserManager<Person>, IdentityResult>(async people => await people.UpdateSecurityStampAsync((await people.FindByIdAsync(member.PersonId.ToString()))!));
                break;
            default:
                await scene.RunAsync($"update identity.person set lockout_end = now() + interval '1 hour' where id = '{member.PersonId}'");
                break;
        }
        // What came from a command of another process has no signal, and waits for the poll.
        if (how is not ("stamp" or "lock")) await signal.WaitAsync(TimeSpan.FromSeconds(5));
        TimeSpan before = scene.Clock.Shift;
        scene.Clock.Shift = before + TimeSpan.FromSeconds(5.1);
        try
        {
            Assert.Null(await there.FindAsync(id, CancellationToken.None));
            Assert.Null(await scene.Sessions.FindAsync(id, CancellationToken.None));
            Assert.NotNull(await there.FindAsync(kept, CancellationToken.None));
            await here.SweepAsync(CancellationToken.None);
            await far.SweepAsync(CancellationToken.None);
            await far.SweepAsync(CancellationToken.None);
            Assert.Equal((2, 0, 1), (ended, keptEnded, far.Count));
            Assert.Null(await scene.Services.GetRequiredService<MemberCallers>().FindAsync(id, "sandbox", CancellationToken.None));
        }
        finally
        {
            scene.Clock.Shift = before;
        }
    }

    [Fact]
    public async Task The_loop_ends_pages_at_a_signal()
    {
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct");
        Guid id = (await scene.OpenAsync(member))!.Id;
        SessionCircuits circuits = scene.Services.GetRequiredService<SessionCircuits>();
        TaskCompletionSource ended = new();
        using IDisposable page = circuits.Register(id, () =>
        {
            ended.SetResult();
            return Task.CompletedTask;
        });
        await circuits.StartAsync(CancellationToken.None);
        try
        {
            await scene.Sessions.EndAsync(id, null, "test", CancellationToken.None);
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(5));
        }
        finally
        {
            await circuits.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_member_ends_its_own_sessions_and_nobody_elses()
    {
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct");
        (Invitation other, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct");
        Guid id = (await scene.OpenAsync(member))!.Id;
        Assert.False(await scene.Sessions.EndAsync(id, other.MemberId, "test", CancellationToken.None));
        Assert.NotNull(await scene.Sessions.FindAsync(id, CancellationToken.None));
        Assert.Equal([id], (await scene.Sessions.ListAsync(member.MemberId, CancellationToken.None)).Select(one => one.Id));
    }

    [Fact]
    public async Task A_caller_is_the_member_in_an_environment_of_its_own_platform()
    {
        string slug = "own" + Guid.NewGuid().ToString("n")[..8];
        Guid platform = await scene.PlatformAsync(slug);
        (Invitation member, _) = await scene.MemberAsync(platform, SignInScene.Email(), "instruct", "compliance");
        Guid id = (await scene.OpenAsync(member))!.Id;
        MemberCallers callers = scene.Services.GetRequiredService<MemberCallers>();
        Caller caller = (await callers.FindAsync(id, "sandbox", CancellationToken.None))!;
        Assert.Equal((member.MemberId.ToString(), slug, "sandbox", true, false), (caller.ClientId, caller.PlatformSlug, caller.EnvironmentSlug, caller.IsMember, caller.IsOperator));
        Assert.Equal(caller.ClientId, caller.Person);
        Assert.True(caller.May(Scopes.SettlementsWrite, Scopes.SettlementsInstruct) && caller.May(Scopes.ComplianceDecide));
        Assert.False(caller.May(Scopes.SettlementsConfirm) || caller.May(Scopes.MembersManage) || caller.May(Scopes.Admin));
        Assert.Null(await callers.FindAsync(id, "production", CancellationToken.None));
        Assert.Null(await callers.FindAsync(id, "", CancellationToken.None));
        Assert.Null(await callers.FindOperatorAsync(id, CancellationToken.None));
        Assert.Single(await callers.EnvironmentsAsync(id, CancellationToken.None));
        // An environment that is closed to the address of the sign-in is not there.
        await scene.RunAsync($"insert into identity.ip_rule (id, environment_id, network, created_at) values (gen_random_uuid(), '{caller.EnvironmentId}', '192.0.2.0/24', now())");
        Assert.Null(await callers.FindAsync(id, "sandbox", CancellationToken.None));
        await scene.RunAsync($"insert into identity.ip_rule (id, environment_id, network, created_at) values (gen_random_uuid(), '{caller.EnvironmentId}', '203.0.113.0/24', now())");
        Assert.NotNull(await callers.FindAsync(id, "sandbox", CancellationToken.None));
    }

    [Fact]
    public async Task Members_are_managed_by_the_role_and_with_a_fresh_proof_of_presence()
    {
        Guid platform = await scene.PlatformAsync();
        (Invitation manager, _) = await scene.MemberAsync(platform, SignInScene.Email(), "platform_manager");
        (Invitation trader, _) = await scene.MemberAsync(platform, SignInScene.Email(), "instruct", "approve", "compliance");
        Assert.Equal("insufficient_scope", await InviteAsync(trader, "read_only"));
        // Whoever manages gives every role to others and none to himself.
        Assert.Null(await InviteAsync(manager, "approve", "compliance"));
        Actor self = await ActorAsync(manager);
        Assert.Equal("member_is_self", (await scene.Members.ChangeRolesAsync(platform, self, manager.MemberId, ["approve"], new MemberFaults(), CancellationToken.None)).Error!.Code);
        Assert.Equal("last_manager", (await scene.Members.ChangeRolesAsync(platform, Actor.Operator, manager.MemberId, ["approve"], new MemberFaults(), CancellationToken.None)).Error!.Code);
        TimeSpan before = scene.Clock.Shift;
        MemberSession session = (await scene.OpenAsync(manager))!;
        try
        {
            scene.Clock.Shift = before + TimeSpan.FromMinutes(15.1);
            Assert.Equal("presence_required", await InviteAsync(session, "read_only"));
            await scene.Sessions.SetPresentAsync(session.Id, CancellationToken.None);
            Assert.Null(await InviteAsync(session, "read_only"));
        }
        finally
        {
            scene.Clock.Shift = before;
        }

        async Task<string?> InviteAsync(object who, params string[] roles)
        {
            Actor actor = who is MemberSession open ? await ActorOfAsync(open.Id) : await ActorAsync((Invitation)who);
            return (await scene.Members.InviteAsync(platform, actor, SignInScene.Email(), null, roles, new MemberFaults(), CancellationToken.None)).Error?.Code;
        }
    }

    [Fact]
    public async Task Another_place_of_the_same_person_keeps_the_proof_of_presence_and_the_end()
    {
        string email = SignInScene.Email();
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), email, "instruct");
        string token = (await scene.InviteAsync(await scene.PlatformAsync(), email, "read_only")).InvitationToken;
        Invitation second = (await scene.WithAsync<InvitationStore, IdentityResult<Invitation>>(one => one.TakeAsync(token, member.PersonId, CancellationToken.None))).Require();
        MemberSession first = (await scene.OpenAsync(member))!;
        TimeSpan before = scene.Clock.Shift;
        try
        {
            scene.Clock.Shift = before + TimeSpan.FromMinutes(20);
            MemberSession next = (await scene.Sessions.ContinueAsync(first, second.MemberId, null, null, CancellationToken.None))!;
            Assert.Equal((second.MemberId, first.PresentAt, first.ExpiresAt, "password"), (next.MemberId, next.PresentAt, next.ExpiresAt, next.Method));
            Assert.False(next.IsPresent(scene.Clock.GetUtcNow()));
            // Nobody goes on as somebody else.
            (Invitation stranger, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "read_only");
            Assert.Null(await scene.Sessions.ContinueAsync(first, stranger.MemberId, null, null, CancellationToken.None));
        }
        finally
        {
            scene.Clock.Shift = before;
        }
    }

    [Fact]
    public async Task A_platform_that_requires_its_provider_opens_no_other_session()
    {
        Guid platform = await scene.PlatformAsync();
        (Invitation member, _) = await scene.MemberAsync(platform, SignInScene.Email(), "instruct");
        await scene.RunAsync($"update identity.platform set external_sign_in_only = true where id = '{platform}'");
        Assert.Null(await scene.OpenAsync(member, "password"));
        Assert.Null(await scene.OpenAsync(member, "passkey"));
        Assert.NotNull(await scene.OpenAsync(member, "external"));
    }

    [Fact]
    public async Task Sessions_have_ids_that_are_random_to_the_last_bit()
    {
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct");
        Guid[] ids = [(await scene.OpenAsync(member))!.Id, (await scene.OpenAsync(member))!.Id];
        Assert.NotEqual(ids[0].ToString()[..8], ids[1].ToString()[..8]);
    }

    async Task<Actor> ActorAsync(Invitation member) => await ActorOfAsync((await scene.OpenAsync(member))!.Id);

    async Task<Actor> ActorOfAsync(Guid session) => Actor.Of((await scene.Services.GetRequiredService<MemberCallers>().FindAsync(session, "sandbox", CancellationToken.None))!);
}
