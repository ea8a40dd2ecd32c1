using Keystone.Identity.Errors;
using Keystone.Settlements.Errors;

namespace Keystone.Dashboard.Callers;

/// <summary>Errors of the use cases of Identity as those of all others, so that pages know one kind.</summary>
internal static class IdentityErrors
{
    /// <summary>The error with its code, its sentence and its faults.</summary>
    public static DomainError ToDomain(this IdentityError error) => error.Faults.Count == 0 ? new DomainError(error.Code, error.Detail)
        : DomainError.Validation([.. error.Faults.Select(fault => new Fault(fault.Member.Length == 0 ? "" : "/" + fault.Member, fault.Code, fault.Message))]);
}
