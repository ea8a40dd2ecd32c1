using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Identity;

namespace Keystone.Identity.Tests.SignIn;

/// <summary>Password and code: each code once, lockout of the way and never of the person, nothing in the clear in the database.</summary>
public sealed class PasswordSignInTests(SignInScene scene) : IClassFixture<SignInScene>
{
    const string Desk = "198.51.100.1", Stranger = "198.51.100.66";

    [Fact]
    public async Task Name_password_and_code_sign_in_and_a_code_is_good_once()
    {
        string email = SignInScene.Email();
        (Invitation member, string key) = await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        // The code of the enrolment is used.
        PasswordCheck first = await PasswordAsync(email.ToUpperInvariant(), SignInScene.Password, Desk);
        Assert.Equal(new PasswordCheck(member.PersonId, null), first);
        Assert.Equal(Guid.Empty, (await CodeAsync(first.Person, email, scene.Code(key), Desk)).Person);
        string next = scene.Code(key, 1);
        Assert.Equal(member.PersonId, (await CodeAsync(first.Person, email, next, Desk)).Person);
        Assert.Equal(Guid.Empty, (await CodeAsync(first.Person, email, next, Desk)).Person);
        // An older step is not newer than the one that was taken.
        Assert.Equal(Guid.Empty, (await CodeAsync(first.Person, email, scene.Code(key), Desk)).Person);
    }

    [Fact]
    public async Task Of_two_requests_with_one_code_one_signs_in()
    {
        string email = SignInScene.Email();
        (Invitation member, string key) = await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        string code = scene.Code(key, 1);
        PasswordCheck[] all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CodeAsync(member.PersonId, email, code, Desk)));
        Assert.Single(all, one => one.Person == member.PersonId);
    }

    [Fact]
    public async Task Five_tries_pause_the_address_and_not_the_person()
    {
        string email = SignInScene.Email();
        (Invitation member, string key) = await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        for (int i = 0; i < 5; i++) Assert.Equal(new PasswordCheck(Guid.Empty, null), await PasswordAsync(email, "wrong " + i, Stranger));
        PasswordCheck locked = await PasswordAsync(email, SignInScene.Password, Stranger);
        Assert.Equal(Guid.Empty, locked.Person);
        Assert.InRange(locked.LockedUntil!.Value, scene.Clock.GetUtcNow().AddMinutes(14), scene.Clock.GetUtcNow().AddMinutes(15));
        // The desk is not locked out, and neither is the stranger's next victim's name that nobody has.
        PasswordCheck desk = await PasswordAsync(email, SignInScene.Password, Desk);
        Assert.Equal(member.PersonId, (await CodeAsync(desk.Person, email, scene.Code(key, 1), Desk)).Person);
        string nobody = SignInScene.Email();
        for (int i = 0; i < 5; i++) Assert.Null((await PasswordAsync(nobody, "wrong", Stranger)).LockedUntil);
        Assert.NotNull((await PasswordAsync(nobody, "wrong", Stranger)).LockedUntil);
        scene.Clock.Shift += TimeSpan.FromMinutes(15.1);
        Assert.Equal(member.PersonId, (await PasswordAsync(email, SignInScene.Password, Stranger)).Person);
    }

    [Fact]
    public async Task Many_tries_at_once_are_no_more_than_five()
    {
        string email = SignInScene.Email();
        await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        PasswordCheck[] all = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => PasswordAsync(email, "wrong " + i, Stranger)));
        Assert.Equal(5, all.Count(one => one.LockedUntil is null));
    }

    [Fact]
    public async Task A_right_password_is_not_told_before_the_code_and_wrong_codes_pause_too()
    {
        string email = SignInScene.Email();
        (Invitation member, string key) = await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        for (int i = 0; i < 5; i++) Assert.Equal(new PasswordCheck(Guid.Empty, null), await CodeAsync(member.PersonId, email, "000000", Stranger));
        Assert.NotNull((await CodeAsync(member.PersonId, email, scene.Code(key, 1), Stranger)).LockedUntil);
        Assert.Equal(Guid.Empty, (await CodeAsync(Guid.Empty, email, scene.Code(key, 1), Desk)).Person);
    }

    [Fact]
    public async Task A_recovery_code_stands_in_for_the_app_once()
    {
        string email = SignInScene.Email();
        (Invitation member, _) = await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        IReadOnlyList<string> codes = await scene.WithAsync<RecoveryCodeStore, IReadOnlyList<string>>(store => store.ReplaceAsync(member.PersonId, CancellationToken.None));
        Assert.Equal(10, codes.Distinct().Count());
        Assert.Equal(member.PersonId, (await CodeAsync(member.PersonId, email, codes[3].ToLowerInvariant().Replace('-', ' '), Desk)).Person);
        Assert.Equal(Guid.Empty, (await CodeAsync(member.PersonId, email, codes[3], Desk)).Person);
        Assert.Equal(9, await scene.WithAsync<RecoveryCodeStore, int>(store => store.CountAsync(member.PersonId, CancellationToken.None)));
        IReadOnlyList<string> others = await scene.WithAsync<RecoveryCodeStore, IReadOnlyList<string>>(store => store.ReplaceAsync(member.PersonId, CancellationToken.None));
        Assert.Equal(Guid.Empty, (await CodeAsync(member.PersonId, email, codes[4], Desk)).Person);
        Assert.Equal(member.PersonId, (await CodeAsync(member.PersonId, email, others[0], Desk)).Person);
    }

    [Fact]
    public async Task Nothing_that_signs_in_stands_in_the_database_in_the_clear()
    {
        string email = SignInScene.Email();
        (Invitation member, string key) = await scene.MemberAsync(await scene.PlatformAsync(), email, "read_only");
        IReadOnlyList<string> codes = await scene.WithAsync<RecoveryCodeStore, IReadOnlyList<string>>(store => store.ReplaceAsync(member.PersonId, CancellationToken.None));
        string row = await scene.ScalarAsync<string>($"select row_to_json(p)::text from identity.person p where id = '{member.PersonId}'");
        Assert.DoesNotContain(SignInScene.Password, row, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(key)), row, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await scene.ScalarAsync<long>($"select count(*) from identity.recovery_code c where c::text like '%{codes[0]}%'"));
        // PBKDF2 with HMAC-SHA512 (2), 210,000 rounds.
        byte[] hash = Convert.FromBase64String((await scene.PersonAsync(member.PersonId)).PasswordHash!);
        Assert.Equal((1, 2u, 210_000u), (hash[0], System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5))));
        // A key that is moved to another row opens for nobody.
        (Invitation other, _) = await scene.MemberAsync(await scene.PlatformAsync(), SignInScene.Email(), "read_only");
        await scene.RunAsync($"update identity.person set totp_key = (select totp_key from identity.person where id = '{member.PersonId}') where id = '{other.PersonId}'");
        Assert.Null(await scene.WithAsync<UserManager<Person>, string?>(async people => await people.GetAuthenticatorKeyAsync((await people.FindByIdAsync(other.PersonId.ToString()))!)));
    }

    [Theory]
    [InlineData("short-1", "12")]
    [InlineData("aaaaaaaaaaaaaa", "different")]
    [InlineData("my keystone secret", "names")]
    [InlineData("LISA likes long ones, too", "names")]
    [InlineData("goldbank for ever", "names")]
    public async Task Passwords_that_are_guessed_first_are_refused(string password, string says)
    {
        Guid platform = await scene.PlatformAsync();
        await scene.RunAsync($"update identity.platform set name = 'Goldbank Ltd' where id = '{platform}'");
        InvitedMember invited = (await scene.Members.InviteAsync(platform, Actor.Operator, SignInScene.Email(), "Lea.Kim Lisa", ["read_only"], new MemberFaults(), CancellationToken.None)).Require();
        string key = TotpCode.NewKey();
        IdentityResult<Invitation> refused = await scene.WithAsync<InvitationStore, IdentityResult<Invitation>>(invitations =>
            invitations.TakeWithPasswordAsync(invited.InvitationToken, password, key, scene.Code(key), CancellationToken.None));
        Assert.Equal("password", refused.Error!.Faults.Single().Member);
        Assert.Contains(says, refused.Error.Detail, StringComparison.Ordinal);
        Assert.Equal("invited", await scene.ScalarAsync<string>($"select status from identity.member where id = '{invited.Member.Id}'"));
    }

    Task<PasswordCheck> PasswordAsync(string email, string password, string address) =>
        scene.WithAsync<PasswordSignIn, PasswordCheck>(signIn => signIn.CheckAsync(email, password, address, CancellationToken.None));

    Task<PasswordCheck> CodeAsync(Guid person, string email, string code, string address) =>
        scene.WithAsync<PasswordSignIn, PasswordCheck>(signIn => signIn.CheckCodeAsync(person, email, code, address, CancellationToken.None));
}
