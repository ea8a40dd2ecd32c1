namespace Keystone.Settlements.Errors;

/// <summary>What a use case gave: a value, or the error that explains why there is none.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class Result<T> where T : class
{
    Result(T? value, DomainError? error) => (Value, Error) = (value, error);

    /// <summary>The value; null with <see cref="Error"/>.</summary>
    public T? Value { get; }

    /// <summary>The error; null with <see cref="Value"/>.</summary>
    public DomainError? Error { get; }

    /// <summary>A value.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>An error.</summary>
    public static implicit operator Result<T>(DomainError error) => new(null, error);
}
