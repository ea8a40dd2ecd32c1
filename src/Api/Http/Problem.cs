using System.Globalization;
using System.Text.Json;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Answers with the problem document of a domain error.</summary>
internal sealed class Problem(DomainError error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    public static async Task WriteAsync(HttpContext context, DomainError error)
    {
        if (error.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        ProblemBody body = ProblemBody.Of(error, ConductMiddleware.RequestId(context));
        context.Response.StatusCode = body.Status;
        context.Response.ContentType = "application/problem+json";
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Written.ProblemBody);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
