using System.Globalization;
using Keystone.Api.Activity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Answers with the problem document of a domain error.</summary>
internal sealed class Problem(DomainError error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    public static Task WriteAsync(HttpContext context, DomainError error)
    {
        if (error.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        ActivityMiddleware.Note(context, error.Code);
        ProblemBody body = ProblemBody.Of(error, RequestMiddleware.RequestId(context), HttpMethods.IsGet(context.Request.Method) ? "query" : ProblemFault.Body);
        return Answer.WriteAsync(context, body.Status, body, ApiJson.Written.ProblemBody, "application/problem+json");
    }
}
