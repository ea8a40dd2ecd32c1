using System.ComponentModel;
using Keystone.Api.OpenApi;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Http;

/// <summary>What <c>type</c> of a problem document leads to: <c>/errors/{name}</c> says in a sentence what the code means and what helps.</summary>
internal static class ErrorPages
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/errors/{name}", Get).AllowAnonymous()
        .WithName("getError").WithSummary("What an error code means").WithTags("errors").WithErrors(ErrorCodes.NotFound).WithPathExample("name", "validation-failed");

    static Results<Ok<ErrorPage>, Problem> Get(string name)
    {
        string code = name.Replace('-', '_');
        return ErrorTable.Entries.TryGetValue(code, out ErrorTable.Entry? entry)
            ? TypedResults.Ok(new ErrorPage(ErrorTable.PathOf(code), code, entry.Status, entry.Meaning))
            : new Problem(DomainError.NotFound("Error code"));
    }
}

/// <summary>Meaning of an error code.</summary>
internal sealed record ErrorPage(
    [property: Description("Path of this page, as type of problem documents names it.")] string Type,
    [property: Description("Stable name of the error.")] string Code,
    [property: Description("Status of answers with it.")] int Status,
    [property: Description("What it means, and what to do.")] string Meaning);
