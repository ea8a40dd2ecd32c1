using Keystone.Settlements.Errors;

namespace Keystone.Api.Http;

/// <summary>Ends a request with a problem document. Thrown where a request cannot reach its use case, and written by <see cref="RequestMiddleware"/>.</summary>
internal sealed class Refusal(DomainError error) : Exception(error.Detail)
{
    public Refusal(string code, string detail)
        : this(new DomainError(code, detail))
    {
    }

    public DomainError Error => error;

    public static Refusal NotFound(string what) => new(DomainError.NotFound(what));

    public static Refusal Malformed(string detail) => new("malformed_body", detail);

    public static Refusal TooLarge() => new("body_too_large", "The body may have at most 262144 bytes.");

    /// <exception cref="Refusal">There is at least one fault.</exception>
    public static void ThrowIfAny(Faults faults)
    {
        if (faults.Any)
            throw new Refusal(DomainError.Validation(faults.All));
    }
}
