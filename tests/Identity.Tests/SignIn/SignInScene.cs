using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Keystone.Postgres;
using Keystone.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Keystone.Identity.Tests.SignIn;

/// <summary>The services of sign-in under the database role of the API, with a clock that a test moves.</summary>
public sealed class SignInScene : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";

    readonly TestDatabase _database = new();
    readonly EphemeralDataProtectionProvider _protection = new();
    ServiceProvider? _services;

    public ShiftedClock Clock { get; } = new();

    /// <summary>Superuser.</summary>
    public NpgsqlDataSource Database => _database.Source;

    public IServiceProvider Services => _services!;

    public MemberSessions Sessions => Services.GetRequiredService<MemberSessions>();

    public MemberStore Members => Services.GetRequiredService<MemberStore>();

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _services = await StartAsync();
    }

    /// <summary>Another process on the same database: caches and signals of its own.</summary>
    public async Task<ServiceProvider> StartAsync()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(await _database.OpenAsync("keystone_api"));
        services.AddSingleton<WakeSignals>();
        services.AddSingleton<IDataProtectionProvider>(_protection);
        services.AddSingleton(provider => new MemberStore(provider.GetRequiredService<NpgsqlDataSource>(), Clock, provider.GetRequiredService<WakeSignals>()));
        services.AddSingleton(provider => new PlatformAccountStore(provider.GetRequiredService<NpgsqlDataSource>(), Clock, provider.GetRequiredService<WakeSignals>()));
        services.AddSignIn();
        return services.BuildServiceProvider(validateScopes: true);
    }

    public async Task DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Something of a scope of its own, as a request has one.</summary>
    public async Task<T> WithAsync<TService, T>(Func<TService, Task<T>> act) where TService : notnull
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<Guid> PlatformAsync(string? slug = null)
    {
        slug ??= "p" + Guid.NewGuid().ToString("n")[..12];
        await new PlatformStore(Database, Clock).CreateAsync(new NewPlatform(slug, "Bank " + slug, "sandbox", "sandbox", 31_337), static (_, _) => false, CancellationToken.None);
        return await Services.GetRequiredService<PlatformAccountStore>().IdAsync(slug, CancellationToken.None);
    }

    public async Task<InvitedMember> InviteAsync(Guid platform, string email, params string[] roles) =>
        (await Members.InviteAsync(platform, Actor.Operator, email, "Lea Kim", roles, new MemberFaults(), CancellationToken.None)).Require();

    /// <summary>A member with password and app. The key makes codes.</summary>
    public async Task<(Invitation Member, string Key)> MemberAsync(Guid platform, string email, params string[] roles)
    {
        string token = (await InviteAsync(platform, email, roles)).InvitationToken, key = TotpCode.NewKey();
        Invitation taken = (await WithAsync<InvitationStore, IdentityResult<Invitation>>(invitations =>
            invitations.TakeWithPasswordAsync(token, Password, key, Code(key), CancellationToken.None))).Require();
        return (taken, key);
    }

    public Task<MemberSession?> OpenAsync(Invitation member, string method = "password") =>
        Sessions.OpenAsync(member.PersonId, member.MemberId, method, "203.0.113.7", "test", CancellationToken.None);

    public string Code(string key, int steps = 0) => TotpCode.Compute(key, TotpCode.StepOf(Clock.GetUtcNow()) + steps);

    public static string Email() => $"lea.{Guid.NewGuid():n}@example.com";

    public Task<Person> PersonAsync(Guid id) => WithAsync<UserManager<Person>, Person>(async people => (await people.FindByIdAsync(id.ToString()))!);

    public async Task RunAsync(string sql) => await Database.CreateCommand(sql).ExecuteNonQueryAsync();

    public async Task<T> ScalarAsync<T>(string sql) => (T)(await Database.CreateCommand(sql).ExecuteScalarAsync())!;
}
