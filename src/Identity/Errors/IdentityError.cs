namespace Keystone.Identity.Errors;

/// <summary>Why a use case refused. Nothing was stored.</summary>
/// <param name="Code">Stable code; a host maps it to its own answer.</param>
/// <param name="Detail">A sentence that names the fix.</param>
public sealed record IdentityError(string Code, string Detail)
{
    /// <summary>What is wrong with the request, member by member; empty when the request is not at fault.</summary>
    public IReadOnlyList<MemberFault> Faults { get; init; } = [];

    /// <summary>The member's last proof of presence is too old; a step-up renews it.</summary>
    public static IdentityError PresenceRequired { get; } = new("presence_required", "Confirm that it is you: the last proof is older than 15 minutes. Nothing was done.");

    /// <summary>It does not exist or belongs to others: the two cannot be told apart.</summary>
    public static IdentityError NotFound(string what) => new("not_found", $"{what} not found.");

    /// <summary>The request breaks rules.</summary>
    public static IdentityError Invalid(MemberFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        MemberFault first = faults.All[0];
        return new IdentityError("validation_failed", first.Member.Length == 0 ? first.Message : $"{first.Member}: {first.Message}") { Faults = faults.All };
    }

    /// <summary>The exception of a command.</summary>
    public PlatformException ToException() => new(Faults.Count < 2 ? Detail : string.Join('\n', Faults.Select(fault => $"{fault.Member}: {fault.Message}")));
}
