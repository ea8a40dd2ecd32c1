using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Identity;

namespace Keystone.Dashboard.SignIn;

/// <summary>Reads what a browser answers to a passkey's question.</summary>
internal static class PasskeyProof
{
    const int Most = 32 * 1024;

    /// <summary>The person whose passkey answered, with its counter stored; null when the answer is wrong, late, of another origin, or a copy's.</summary>
    public static async Task<Person?> ReadAsync(SignInManager<Person> signIn, PasskeySignIn passkeys, string? credential, CancellationToken cancellationToken)
    {
        if (credential is not { Length: > 0 and <= Most }) return null;
        try
        {
            PasskeyAssertionResult<Person> result = await signIn.PerformPasskeyAssertionAsync(credential);
            return result.Succeeded && await passkeys.CompleteAsync(result.User, result.Passkey, cancellationToken) ? result.User : null;
        }
        catch (InvalidOperationException)
        {
            // Without a question of ours there is no answer: the cookie of the question is gone.
            return null;
        }
    }

    /// <summary>The new passkey of a person; null when the answer is wrong, late, or another person's.</summary>
    public static async Task<UserPasskeyInfo?> ReadNewAsync(SignInManager<Person> signIn, Guid person, string? credential, string? name)
    {
        if (credential is not { Length: > 0 and <= Most }) return null;
        try
        {
            PasskeyAttestationResult result = await signIn.PerformPasskeyAttestationAsync(credential);
            if (!result.Succeeded || result.UserEntity.Id != person.ToString()) return null;
            result.Passkey.Name = name is { Length: > 0 and <= 255 } && !name.Any(char.IsControl) ? name : null;
            return result.Passkey;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
