using Microsoft.AspNetCore.Identity;

namespace Keystone.Identity.SignIn;

/// <summary>
/// Codes of authenticator apps. The library's own provider reads the clock of the process, takes codes of two steps before and after, and takes a code again and again; this
/// one reads the injected clock, allows one step, and each code once.
/// </summary>
internal sealed class PersonTotpProvider(TotpStore store, TimeProvider time) : IUserTwoFactorTokenProvider<Person>
{
    /// <summary>Name under which Identity knows it.</summary>
    public const string Name = "Totp";

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Person> manager, Person user) => Task.FromResult(user.TotpKey is not null && user.TwoFactorEnabled);

    // The app makes the codes.
    public Task<string> GenerateAsync(string purpose, UserManager<Person> manager, Person user) => Task.FromResult("");

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<Person> manager, Person user)
    {
        ArgumentNullException.ThrowIfNull(manager);
        ArgumentNullException.ThrowIfNull(token);
        string? key = await manager.GetAuthenticatorKeyAsync(user);
        return key is not null && TotpCode.Match(key, token.Replace(" ", "", StringComparison.Ordinal), time.GetUtcNow()) is { } step
            && await store.TakeStepAsync(user.Id, step, CancellationToken.None);
    }
}
