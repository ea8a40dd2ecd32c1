using Microsoft.AspNetCore.Identity;

namespace Keystone.Identity.SignIn;

/// <summary>What follows a passkey's proof: its counter is written, and a proof whose counter another one has passed already is refused.</summary>
public sealed class PasskeySignIn
{
    readonly PasskeyStore _passkeys;

    internal PasskeySignIn(PasskeyStore passkeys) => _passkeys = passkeys;

    /// <summary>Stores the counter. False when it did not go forward: the same proof twice, or a copy of the authenticator.</summary>
    public Task<bool> CompleteAsync(Person person, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(passkey);
        return _passkeys.SaveAsync(person.Id, passkey, cancellationToken);
    }
}
