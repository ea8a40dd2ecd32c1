namespace Keystone.Identity.Errors;

/// <summary>What a use case gave: a value, or the error that explains why there is none.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class IdentityResult<T> where T : class
{
    IdentityResult(T? value, IdentityError? error) => (Value, Error) = (value, error);

    /// <summary>The value; null with <see cref="Error"/>.</summary>
    public T? Value { get; }

    /// <summary>The error; null with <see cref="Value"/>.</summary>
    public IdentityError? Error { get; }

    /// <summary>The value, for a command.</summary>
    /// <exception cref="PlatformException">There is none.</exception>
    public T Require() => Value ?? throw Error!.ToException();

    /// <summary>A value.</summary>
    public static implicit operator IdentityResult<T>(T value) => new(value, null);

    /// <summary>An error.</summary>
    public static implicit operator IdentityResult<T>(IdentityError error) => new(null, error);
}
