namespace Keystone.Settlements.Errors;

/// <summary>Why a use case refused. Nothing was stored.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>, or the code of a named fault.</param>
/// <param name="Detail">A sentence that names the fix.</param>
public sealed record DomainError(string Code, string Detail)
{
    /// <summary>What is wrong with the request, member by member; empty when the request is not at fault.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>Present state of the settlement, where it is the reason.</summary>
    public string? State { get; init; }

    /// <summary>Seconds after which the same request may succeed; null when it never will.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The settlement does not exist or belongs to others: the two cannot be told apart.</summary>
    public static DomainError NotFound(string what) => new(ErrorCodes.NotFound, $"{what} not found.");

    /// <summary>The settlement's state forbids it.</summary>
    public static DomainError Conflict(string code, string detail, string? state = null) => new(code, detail) { State = state };

    /// <summary>The request breaks rules. The first fault gives the sentence, a named code that all share gives the code.</summary>
    public static DomainError Validation(IReadOnlyList<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        Fault first = faults[0];
        bool named = first.Named && faults.All(fault => fault.Code == first.Code);
        string path = JsonPointer.ToPath(first.Pointer);
        string detail = named || path.Length == 0 ? first.Message : $"{path}: {first.Message}";
        return new DomainError(named ? first.Code : ErrorCodes.ValidationFailed, detail) { Faults = faults };
    }
}
