using Microsoft.AspNetCore.Identity;

namespace Keystone.Identity.SignIn;

/// <summary>The way in by password and code: a wrong name, password or code looks the same from outside, and takes as long.</summary>
public sealed class PasswordSignIn
{
    readonly UserManager<Person> _people;
    readonly SignInFailureStore _failures;

    internal PasswordSignIn(UserManager<Person> people, SignInFailureStore failures) => (_people, _failures) = (people, failures);

    /// <summary>First step: name and password.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="address">Address of the browser.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task<PasswordCheck> CheckAsync(string email, string password, string address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        ArgumentNullException.ThrowIfNull(password);
        if (await _failures.TakeAsync(email, address, cancellationToken) is { } until) return new PasswordCheck(Guid.Empty, until);
        Person? person = email.Contains('\0', StringComparison.Ordinal) ? null : await _people.FindByEmailAsync(email.Trim());
        if (person?.PasswordHash is null)
        {
            // As long as for somebody who is known. The result is thrown away.
            _people.PasswordHasher.HashPassword(person ?? new Person(), password);
            return new PasswordCheck(Guid.Empty, null);
        }
        if (!await _people.CheckPasswordAsync(person, password)) return new PasswordCheck(Guid.Empty, null);
        await _failures.GiveBackAsync(email, address, cancellationToken);
        return new PasswordCheck(person.Id, null);
    }

    /// <summary>Second step: a code of the app, or a recovery code. The person who signed in, or null.</summary>
    /// <param name="person">Of the first step; the empty id is always refused.</param>
    /// <param name="email">Of the first step.</param>
    /// <param name="code">As typed.</param>
    /// <param name="address">Address of the browser.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task<PasswordCheck> CheckCodeAsync(Guid person, string email, string code, string address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        // The wrong password was counted at the first step.
        if (person == Guid.Empty) return new PasswordCheck(Guid.Empty, await _failures.LockedUntilAsync(email, address, cancellationToken));
        if (await _failures.TakeAsync(email, address, cancellationToken) is { } until) return new PasswordCheck(Guid.Empty, until);
        if (await _people.FindByIdAsync(person.ToString()) is not { } found || !await IsCodeOfAsync(found, code))
            return new PasswordCheck(Guid.Empty, null);
        await _failures.ForgetAsync(email, address, cancellationToken);
        return new PasswordCheck(found.Id, null);
    }

    /// <summary>True when it is a code of the person's app or a recovery code that was not used; it is used now.</summary>
    public async Task<bool> IsCodeOfAsync(Person person, string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        string digits = code.Replace(" ", "", StringComparison.Ordinal);
        return digits.Length == TotpCode.Digits ? await _people.VerifyTwoFactorTokenAsync(person, PersonTotpProvider.Name, digits)
            : (await _people.RedeemTwoFactorRecoveryCodeAsync(person, code)).Succeeded;
    }
}
