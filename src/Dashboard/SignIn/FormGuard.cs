using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Keystone.Dashboard.SignIn;

/// <summary>Every form of the sign-in comes from a page of this host that was made for the present session; else nothing is done.</summary>
internal sealed class FormGuard(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method)) return await next(context);
        if (!OriginCheck.IsOwn(http.Request)) return Page(StatusCodes.Status403Forbidden, "The form came from another site. Nothing was done.");
        return await antiforgery.IsRequestValidAsync(http) ? await next(context)
            : Page(StatusCodes.Status400BadRequest, "This page was older than your session. Nothing was done.");
    }

    static RazorComponentResult<MessagePage> Page(int status, string text) =>
        new(new Dictionary<string, object?> { [nameof(MessagePage.Text)] = text }) { StatusCode = status };
}
