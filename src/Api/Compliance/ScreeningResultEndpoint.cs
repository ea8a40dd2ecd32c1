using Keystone.Api.Http;
using Keystone.Compliance.Providers;
using Keystone.Domain.Engine;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Compliance;

/// <summary><c>POST /v1/screening-results/{layer}</c>: a provider of screenings sends a result. Its signature is what it has in the place of a token.</summary>
internal static class ScreeningResultEndpoint
{
    const string Check = "Check";

    // Not in the document: who calls is a provider of screenings, whose side docs/operations/compliance.md describes, and no client of a platform.
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/screening-results/{layer}", PostAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task<Results<Accepted, Problem>> PostAsync(HttpContext context, ReceiveResult receive, string layer)
    {
        if (layer is not ("entity" or "wallet")) return new Problem(DomainError.NotFound(Check));
        byte[] buffer = new byte[ReceiveResult.MostBytes + 1];
        int length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > ReceiveResult.MostBytes) return Malformed();
        ReceivedResult received = await receive.ExecuteAsync(layer == "entity" ? ScreeningLayer.Entity : ScreeningLayer.Wallet, context.Request.Headers["X-Screening-Timestamp"],
            context.Request.Headers["X-Screening-Signature"], buffer.AsMemory(0, length), context.RequestAborted);
        return received switch
        {
            ReceivedResult.Stored => TypedResults.Accepted((string?)null),
            ReceivedResult.Unsigned => new Problem(new DomainError(ErrorCodes.SignatureInvalid, "The signature does not hold, or its timestamp is more than five minutes away.")),
            ReceivedResult.Malformed => Malformed(),
            _ => new Problem(DomainError.NotFound(Check)),
        };
    }

    static Problem Malformed() =>
        new(DomainError.Validation([new Fault("", "invalid_json", $"Send a JSON object with ref, check_id and sequence of at most {ReceiveResult.MostBytes} bytes.")]));
}
