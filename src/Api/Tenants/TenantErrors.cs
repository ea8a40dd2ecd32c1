using System.Text.Json.Serialization.Metadata;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Tenants;

/// <summary>Between faults of the wire and those of the use cases of Identity, which know no pointers and no statuses.</summary>
internal static class TenantErrors
{
    /// <summary>Faults of the wire, for the use case to add its own.</summary>
    public static MemberFaults Of(Faults found)
    {
        MemberFaults faults = new();
        foreach (Fault fault in found.All) faults.Add(fault.Pointer.TrimStart('/'), fault.Code, fault.Message);
        return faults;
    }

    /// <summary>The error as a problem.</summary>
    public static Problem Problem(IdentityError error) => new(ToDomain(error));

    /// <summary>The error as a problem, its faults in the order of the record's members.</summary>
    public static Problem Problem(IdentityError error, JsonTypeInfo type) => new(FaultOrder.Sort(ToDomain(error), type));

    static DomainError ToDomain(IdentityError error) => error.Faults.Count == 0 ? new DomainError(error.Code, error.Detail)
        : DomainError.Validation([.. error.Faults.Select(fault => new Fault(fault.Member.Length == 0 ? "" : "/" + fault.Member, fault.Code, fault.Message))]);

    /// <summary>The value, or the refusal that ends the request.</summary>
    /// <exception cref="Refusal">There is none.</exception>
    public static T OrRefuse<T>(this IdentityResult<T> result) where T : class => result.Value ?? throw new Refusal(ToDomain(result.Error!));

    /// <summary>Who changes something, with the scopes of the token.</summary>
    public static Actor Actor(this HttpContext context) =>
        new(context.Caller(), context.User.FindAll("scope").Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal));
}
