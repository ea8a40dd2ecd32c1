using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Keystone.Identity.Tests.SignIn;

/// <summary>Invitations: once, for 72 hours, and never a way into a person who signs in already.</summary>
public sealed class InvitationTests(SignInScene scene) : IClassFixture<SignInScene>
{
    [Fact]
    public async Task An_invitation_is_taken_once()
    {
        string token = (await scene.InviteAsync(await scene.PlatformAsync(), SignInScene.Email(), "instruct")).InvitationToken;
        Assert.False((await FindAsync(token))!.IsKnown);
        IdentityResult<Invitation>[] all = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PasskeyAsync(token, (byte)i)));
        Assert.Single(all, one => one.Error is null);
        Assert.All(all.Where(one => one.Error is not null), one => Assert.Contains(one.Error!.Code, (string[])["invitation_ended", "sign_in_first"]));
        Guid person = all.Single(one => one.Error is null).Value!.PersonId;
        Assert.Equal(1, await scene.ScalarAsync<long>($"select count(*) from identity.passkey where person_id = '{person}'"));
        Assert.Null(await FindAsync(token));
        Assert.Equal("invitation_ended", (await PasskeyAsync(token, 9)).Error!.Code);
    }

    [Fact]
    public async Task It_ends_after_72_hours_and_with_the_member()
    {
        Guid platform = await scene.PlatformAsync();
        InvitedMember late = await scene.InviteAsync(platform, SignInScene.Email(), "instruct"), removed = await scene.InviteAsync(platform, SignInScene.Email(), "instruct");
        Assert.Null(await scene.Members.RemoveAsync(platform, Actor.Operator, removed.Member.Id, CancellationToken.None));
        Assert.Null(await FindAsync(removed.InvitationToken));
        Assert.Null(await FindAsync(late.InvitationToken[..^1]));
        TimeSpan before = scene.Clock.Shift;
        try
        {
            scene.Clock.Shift = before + TimeSpan.FromHours(71.9);
            Assert.NotNull(await FindAsync(late.InvitationToken));
            scene.Clock.Shift = before + TimeSpan.FromHours(72.1);
            Assert.Null(await FindAsync(late.InvitationToken));
            Assert.Equal("invitation_ended", (await PasskeyAsync(late.InvitationToken, 20)).Error!.Code);
        }
        finally
        {
            scene.Clock.Shift = before;
        }
    }

    [Fact]
    public async Task Who_signs_in_already_takes_it_as_that_person_and_the_link_adds_nothing()
    {
        string email = SignInScene.Email();
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), email, "approve");
        // Another platform knows the address: it does not get at what the person has.
        Guid platform = await scene.PlatformAsync();
        string token = (await scene.InviteAsync(platform, email, "read_only")).InvitationToken;
        Assert.True((await FindAsync(token))!.IsKnown);
        Assert.Equal("sign_in_first", (await PasskeyAsync(token, 30)).Error!.Code);
        string key = TotpCode.NewKey();
        Assert.Equal("sign_in_first", (await WithAsync(one => one.TakeWithPasswordAsync(token, "another long secret", key, scene.Code(key), CancellationToken.None))).Error!.Code);
        Assert.Equal("sign_in_first", (await WithAsync(one => one.TakeWithLoginAsync(token, "https://idp.example", Guid.NewGuid().ToString(), CancellationToken.None))).Error!.Code);
        Assert.Equal("sign_in_first", (await WithAsync(one => one.TakeAsync(token, Guid.NewGuid(), CancellationToken.None))).Error!.Code);
        Assert.Equal(0, await scene.ScalarAsync<long>($"select count(*) from identity.passkey where person_id = '{member.PersonId}'"));
        Assert.Equal(platform, await scene.ScalarAsync<Guid>($"select platform_id from identity.member where id = '{(await WithAsync(one => one.TakeAsync(token, member.PersonId, CancellationToken.None))).Require().MemberId}' and status = 'active'"));
    }

    [Fact]
    public async Task A_subject_of_a_provider_is_one_person()
    {
        Guid platform = await scene.PlatformAsync();
        string subject = Guid.NewGuid().ToString();
        string first = (await scene.InviteAsync(platform, SignInScene.Email(), "instruct")).InvitationToken, second = (await scene.InviteAsync(platform, SignInScene.Email(), "instruct")).InvitationToken;
        Invitation taken = (await WithAsync(one => one.TakeWithLoginAsync(first, "https://idp.example", subject, CancellationToken.None))).Require();
        Assert.Equal("credential_taken", (await WithAsync(one => one.TakeWithLoginAsync(second, "https://idp.example", subject, CancellationToken.None))).Error!.Code);
        Assert.NotNull(await FindAsync(second));
        Assert.Equal(taken.PersonId, (await scene.WithAsync<UserManager<Person>, Person?>(people => people.FindByLoginAsync("https://idp.example", subject)))!.Id);
        Assert.Null(await scene.WithAsync<UserManager<Person>, Person?>(people => people.FindByLoginAsync("https://other.example", subject)));
    }

    [Fact]
    public async Task A_passkey_belongs_to_one_person_and_its_counter_goes_forward()
    {
        Guid platform = await scene.PlatformAsync();
        string first = (await scene.InviteAsync(platform, SignInScene.Email(), "instruct")).InvitationToken, second = (await scene.InviteAsync(platform, SignInScene.Email(), "instruct")).InvitationToken;
        Person person = await scene.PersonAsync((await PasskeyAsync(first, 40)).Require().PersonId);
        Assert.Equal("credential_taken", (await PasskeyAsync(second, 40)).Error!.Code);
        PasskeySignIn passkeys = (PasskeySignIn)scene.Services.GetService(typeof(PasskeySignIn))!;
        Assert.True(await passkeys.CompleteAsync(person, Passkey(40, 5), CancellationToken.None));
        Assert.False(await passkeys.CompleteAsync(person, Passkey(40, 5), CancellationToken.None));
        Assert.False(await passkeys.CompleteAsync(person, Passkey(40, 4), CancellationToken.None));
        Assert.True(await passkeys.CompleteAsync(person, Passkey(40, 6), CancellationToken.None));
        Person other = await scene.PersonAsync((await PasskeyAsync(second, 41)).Require().PersonId);
        Assert.False(await passkeys.CompleteAsync(other, Passkey(40, 9), CancellationToken.None));
    }

    [Fact]
    public async Task A_person_who_lost_everything_is_invited_anew_and_nothing_of_before_signs_in()
    {
        Guid platform = await scene.PlatformAsync();
        string email = SignInScene.Email();
        (Invitation member, string key) = await scene.MemberAsync(platform, email, "instruct");
        Guid session = (await scene.OpenAsync(member))!.Id;
        OperatorMemberStore store = new(scene.Database, scene.Clock);
        await Assert.ThrowsAsync<PlatformException>(() => store.RecoverAsync(null, email, CancellationToken.None));
        Assert.NotNull(await scene.Sessions.FindAsync(session, CancellationToken.None));
        (Guid again, string token) = await store.RecoverAsync(platform, email.ToUpperInvariant(), CancellationToken.None);
        Assert.Equal(member.MemberId, again);
        scene.Sessions.Changed();
        Assert.Null(await scene.Sessions.FindAsync(session, CancellationToken.None));
        Assert.Equal(Guid.Empty, (await scene.WithAsync<PasswordSignIn, PasswordCheck>(one => one.CheckAsync(email, SignInScene.Password, "192.0.2.1", CancellationToken.None))).Person);
        Assert.NotEmpty(key);
        Assert.False((await FindAsync(token))!.IsKnown);
        (await PasskeyAsync(token, 60)).Require();
        Assert.Equal(["instruct"], (await scene.OpenAsync(member, "passkey"))!.Roles);
    }

    [Fact]
    public async Task A_member_of_the_operator_is_invited_by_the_owner_and_taken_through_the_API()
    {
        OperatorMemberStore store = new(scene.Database, scene.Clock);
        string email = SignInScene.Email();
        (Guid id, string token) = await store.InviteAsync(email, "Olga", CancellationToken.None);
        Invitation taken = (await PasskeyAsync(token, 61)).Require();
        Assert.Equal((id, null), (taken.MemberId, taken.PlatformName));
        await Assert.ThrowsAsync<PlatformException>(() => store.InviteAsync(email, "Olga", CancellationToken.None));
        Keystone.Identity.Sessions.MemberSession session = (await scene.OpenAsync(taken, "passkey"))!;
        Assert.True(session.IsOperator);
        var callers = (Keystone.Identity.Sessions.MemberCallers)scene.Services.GetService(typeof(Keystone.Identity.Sessions.MemberCallers))!;
        Assert.True((await callers.FindOperatorAsync(session.Id, CancellationToken.None))!.IsOperator);
        Assert.Null(await callers.FindAsync(session.Id, "sandbox", CancellationToken.None));
        await store.RemoveAsync(id, CancellationToken.None);
        scene.Sessions.Changed();
        Assert.Null(await callers.FindOperatorAsync(session.Id, CancellationToken.None));
    }

    /// <summary>Whoever takes over the process of the API does not become the operator.</summary>
    [Fact]
    public async Task The_role_of_the_API_makes_no_member_of_the_operator()
    {
        NpgsqlDataSource api = (NpgsqlDataSource)scene.Services.GetService(typeof(NpgsqlDataSource))!;
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "read_only");
        await RefusedAsync($"insert into identity.member (id, person_id, roles, status, invited_by, created_at, updated_at) values (gen_random_uuid(), '{member.PersonId}', '{{operator}}', 'active', 'x', now(), now())");
        await RefusedAsync($"update identity.member set platform_id = null, roles = '{{operator}}' where id = '{member.MemberId}'");
        await RefusedAsync($"update identity.member set roles = '{{operator}}' where id = '{member.MemberId}'");

        async Task RefusedAsync(string sql)
        {
            await using NpgsqlCommand command = api.CreateCommand(sql);
            Assert.Contains((await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState, (string[])["42501", "23514"]);
        }
    }

    Task<Invitation?> FindAsync(string token) => scene.WithAsync<InvitationStore, Invitation?>(one => one.FindAsync(token, CancellationToken.None));

    Task<IdentityResult<Invitation>> WithAsync(Func<InvitationStore, Task<IdentityResult<Invitation>>> act) => scene.WithAsync(act);

    Task<IdentityResult<Invitation>> PasskeyAsync(string token, byte id) => WithAsync(one => one.TakeWithPasskeyAsync(token, Passkey(id, 1), CancellationToken.None));

    UserPasskeyInfo Passkey(byte id, uint count) => new([id, 1, 2, 3], [1, 2, 3], scene.Clock.GetUtcNow(), count, ["internal"], true, false, false, [1], [2]);
}
