using System.Text.Json;
using Keystone.Dashboard.Http;
using Keystone.Dashboard.SignIn;
using Keystone.Settlements.DepositLinks;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.Deposit;

/// <summary>
/// The page of a party without an account. The token of its link stands behind <c>#</c>, which no browser sends; the page's script sends it in a header. So no log of this service or
/// of a proxy in front of it, and no referrer, ever holds it.
/// </summary>
internal static class DepositEndpoints
{
    /// <summary>Header with the token of a link.</summary>
    public const string Header = "Keystone-Deposit-Link";

    const int MostBytes = 32 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(DashboardPaths.Deposit).ExcludeFromDescription().AllowAnonymous();
        group.MapGet("", (HttpContext http) => SignInPages.Page<DepositPage>(http));
        group.MapGet("/view", ViewAsync);
        group.MapGet("/status", StatusAsync);
        group.MapPost("/signature", SignAsync);
    }

    static async Task<IResult> ViewAsync(HttpContext http, OpenDepositLink links, DepositRates rates)
    {
        if (!rates.Take(SignInFlow.Address(http))) return Busy();
        return await FindAsync(http, links) is { } link
            ? new RazorComponentResult<DepositView>(new Dictionary<string, object?> { [nameof(DepositView.Page)] = await links.ReadAsync(link, http.RequestAborted) }) : Ended();
    }

    static async Task<IResult> StatusAsync(HttpContext http, OpenDepositLink links, DepositRates rates)
    {
        if (!rates.Take(SignInFlow.Address(http))) return Busy();
        return await FindAsync(http, links) is { } link ? Results.Text(OpenDepositLink.KeyOf(link)) : Ended();
    }

    static async Task<IResult> SignAsync(HttpContext http, OpenDepositLink links, DepositRates rates)
    {
        if (!OriginCheck.IsOwn(http.Request)) return Results.Text("The request came from another site. Nothing was done.", statusCode: StatusCodes.Status403Forbidden);
        if (!rates.Take(SignInFlow.Address(http))) return Busy();
        if (await FindAsync(http, links) is not { } link) return Ended();
        if (http.Request.ContentLength is not (> 0 and <= MostBytes)) return Results.Text("The request is empty or too large. Nothing was done.", statusCode: StatusCodes.Status413PayloadTooLarge);
        SubmitSignatureRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(http.Request.Body, DepositJson.Default.SubmitSignatureRequest, http.RequestAborted);
        }
        catch (JsonException)
        {
            request = null;
        }
        if (request is null) return Results.Text("The request could not be read. Nothing was done.", statusCode: StatusCodes.Status400BadRequest);
        Result<Submitted> result = await links.SignAsync(link, request, http.RequestAborted);
        return result.Error is { } error ? Results.Text(error.Detail, statusCode: StatusCodes.Status422UnprocessableEntity) : Results.NoContent();
    }

    // A link that never was, has ended or was revoked: one answer.
    static RazorComponentResult<DepositEnded> Ended() => new() { StatusCode = StatusCodes.Status404NotFound };

    static IResult Busy() => Results.Text("Too many requests from this address. Wait a minute.", statusCode: StatusCodes.Status429TooManyRequests);

    static async Task<OpenedDepositLink?> FindAsync(HttpContext http, OpenDepositLink links) =>
        http.Request.Headers[Header].ToString() is { Length: > 0 } token ? await links.FindAsync(token, http.RequestAborted) : null;
}
