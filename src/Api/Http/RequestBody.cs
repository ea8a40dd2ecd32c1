using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>A request body as it was read.</summary>
/// <param name="Value">The record; members that are absent, null or of a wrong type are null.</param>
/// <param name="Faults">Every member of a wrong type.</param>
/// <param name="Ignored">Every member that the record does not have, as a path.</param>
/// <param name="Names">Members of the body itself that were sent, null or not.</param>
/// <typeparam name="T">The record.</typeparam>
internal sealed record RequestBody<T>(T Value, Faults Faults, IReadOnlyList<string> Ignored, IReadOnlySet<string> Names)
{
    const int MaxNames = 32;

    /// <summary>Names the ignored members in a header, so that a typing error is seen.</summary>
    public void ReportIgnored(HttpResponse response)
    {
        if (Ignored.Count > 0)
            response.Headers["Keystone-Ignored-Fields"] = string.Join(',', Ignored.Take(MaxNames));
    }
}
