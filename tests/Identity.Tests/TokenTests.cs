using Keystone.Testing;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Identity.Tests;

/// <summary>Tokens of the built-in issuer, without a server: who gets one, for what, and under which key.</summary>
public sealed class TokenTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    const string Issuer = "https://issuer.example/", Audience = "https://api.example";

    readonly string _folder = Directory.CreateTempSubdirectory("keystone-identity-").FullName;
    readonly ShiftedClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_token_names_its_client_and_carries_no_more_than_was_asked_for_and_is_allowed()
    {
        (IssueToken issue, SigningKeys keys, NewCredential client) = await SceneAsync();
        TokenResult.Issued all = Assert.IsType<TokenResult.Issued>(await issue.ExecuteAsync(client.ClientId, client.ClientSecret, null, null, CancellationToken.None));
        Assert.Equal(string.Join(' ', PlatformStore.DefaultScopes), all.Scope);
        Assert.DoesNotContain(all.AccessToken, all.ToString(), StringComparison.Ordinal);
        TokenResult.Issued one = Assert.IsType<TokenResult.Issued>(await issue.ExecuteAsync(client.ClientId, client.ClientSecret, Audience, "settlements:read", CancellationToken.None));
        TokenValidationResult read = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(one.AccessToken, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidTypes = [IssueToken.AccessTokenType],
            IssuerSigningKeys = keys.All.Select(key => key.Verification),
        });
        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal((client.ClientId, client.ClientId + "@clients", "settlements:read"), ((string)read.Claims["azp"], (string)read.Claims["sub"], (string)read.Claims["scope"]));
        Assert.Equal(IssueToken.LifetimeSeconds, Convert.ToInt64(read.Claims["exp"], null) - Convert.ToInt64(read.Claims["iat"], null));
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_client_get_the_same_answer()
    {
        (IssueToken issue, _, NewCredential client) = await SceneAsync();
        foreach ((string id, string secret) in new[] { (client.ClientId, "wrong"), ("nobody", client.ClientSecret), ("a\0b", "x"), (new string('x', 300), "x"), ("", "") })
            Assert.IsType<TokenResult.UnknownClient>(await issue.ExecuteAsync(id, secret, null, null, CancellationToken.None));
        Assert.Equal("elsewhere", Assert.IsType<TokenResult.UnknownAudience>(await issue.ExecuteAsync(client.ClientId, client.ClientSecret, "elsewhere", null, CancellationToken.None)).Audience);
        Assert.IsType<TokenResult.ScopeNotGranted>(await issue.ExecuteAsync(client.ClientId, client.ClientSecret, null, "settlements:read admin", CancellationToken.None));
    }

    [Fact]
    public async Task A_new_key_is_public_for_a_while_before_it_signs_and_an_older_one_still_verifies()
    {
        (_, SigningKeys keys, _) = await SceneAsync();
        SigningKey first = keys.Current;
        SigningKeys.Write(_folder, _clock.GetUtcNow());
        _clock.Shift = TimeSpan.FromMinutes(1);
        Assert.Equal((2, first.Kid), (keys.All.Count, keys.Current.Kid));
        _clock.Shift = SigningKeys.PublishDelay + TimeSpan.FromMinutes(2);
        Assert.NotEqual(first.Kid, keys.Current.Kid);
        Assert.NotNull(keys.Find(first.Kid));
    }

    [Fact]
    public void A_key_that_others_can_read_and_one_that_is_none_stop_the_start_by_name()
    {
        string path = Path.Combine(_folder, "x.pem");
        File.WriteAllText(path, "no key");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains("no RSA key", Assert.Throws<InvalidOperationException>(() => Keys()).Message, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains($"chmod 600 {path}", Assert.Throws<InvalidOperationException>(() => Keys()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_request_asks_an_issuer_for_all_and_nobody_asks_again_for_some_seconds_after_a_failure()
    {
        int asked = 0;
        TaskCompletionSource<int> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ExternalIssuer issuer = new(_ =>
        {
            Interlocked.Increment(ref asked);
            return answer.Task;
        }, _clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<ExternalIssuer>.Instance);
        Task<bool>[] waiting = [.. Enumerable.Range(0, 8).Select(_ => issuer.IsKnownAsync(CancellationToken.None).AsTask())];
        answer.SetException(new IOException("down"));
        Assert.All(await Task.WhenAll(waiting), Assert.False);
        Assert.False(await issuer.IsKnownAsync(CancellationToken.None));
        Assert.Equal(1, asked);
        _clock.Shift = TimeSpan.FromSeconds(ExternalIssuer.PauseSeconds + 1);
        answer = new TaskCompletionSource<int>();
        answer.SetResult(1);
        Assert.True(await issuer.IsKnownAsync(CancellationToken.None));
        Assert.True(await issuer.IsKnownAsync(CancellationToken.None));
        Assert.Equal(2, asked);
    }

    SigningKeys Keys() => new(Options.Create(new IdentityOptions { KeysDirectory = _folder, Issuer = Issuer }), _clock);

    async Task<(IssueToken Issue, SigningKeys Keys, NewCredential Client)> SceneAsync()
    {
        NewCredential client = await new PlatformStore(database.Source, TimeProvider.System).CreateAsync(
            new NewPlatform("t-" + Guid.NewGuid().ToString("n"), "T", "sandbox", "sandbox", 1), static (_, _) => false, CancellationToken.None);
        SigningKeys keys = Keys();
        IssueToken issue = new(new CredentialStore(database.Source), keys, Options.Create(new IdentityOptions { KeysDirectory = _folder, Issuer = Issuer }),
            Options.Create(new AuthOptions { Audiences = [Audience] }), _clock);
        return (issue, keys, client);
    }
}
