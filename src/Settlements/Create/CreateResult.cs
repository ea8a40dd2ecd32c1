using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Create;

/// <summary>Result of a create request.</summary>
public abstract record CreateResult
{
    CreateResult()
    {
    }

    /// <summary>A settlement was made.</summary>
    /// <param name="Settlement">As it was stored.</param>
    public sealed record Created(SettlementView Settlement) : CreateResult;

    /// <summary>The same request made the settlement before.</summary>
    /// <param name="Settlement">As it is now.</param>
    public sealed record Replayed(SettlementView Settlement) : CreateResult;

    /// <summary>The key was used for a request with other contents.</summary>
    public sealed record KeyReused : CreateResult;

    /// <summary>The first request with the key is still running.</summary>
    public sealed record InProgress : CreateResult;

    /// <summary>The request breaks rules, or the chain's node does not answer. Nothing was stored.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Refused(DomainError Reason) : CreateResult;

    /// <summary>The error of every result without a settlement; null for the others.</summary>
    public DomainError? Error => this switch
    {
        Refused refused => refused.Reason,
        KeyReused => DomainError.Validation([new Fault("/idempotency_key", ErrorCodes.IdempotencyKeyReused, "This key was used for another request. Take a new key.", Named: true)]),
        InProgress => new DomainError(ErrorCodes.IdempotencyInProgress, "The first request with this key is still running.") { RetryAfterSeconds = 1 },
        _ => null,
    };
}
