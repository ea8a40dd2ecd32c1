using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Conduct;

/// <summary>What <c>type</c> of a problem document leads to: <c>/errors/{code}</c> says in a sentence what the code means and what helps.</summary>
internal static class Problems
{
    static readonly Dictionary<string, (int Status, string Meaning)> Known = new(StringComparer.Ordinal)
    {
        ["malformed_body"] = (400, "The body is not JSON in UTF-8, or names a member twice. Nothing else is answered with 400."),
        ["invalid_token"] = (401, "There is no bearer token, or it is not valid, has expired, or belongs to a credential that was ended. Ask /oauth/token for a new one."),
        ["insufficient_scope"] = (403, "The token lacks the scope that detail and WWW-Authenticate name."),
        ["no_pending_party"] = (403, "Your platform has no party in this settlement that is waited for."),
        ["not_found"] = (404, "There is nothing here that you may see. What belongs to others is answered like what never was."),
        ["method_not_allowed"] = (405, "The path takes other methods; the header Allow lists them."),
        ["settlement_not_cross_platform"] = (409, "All parties were given at creation; there is nothing to confirm or reject."),
        ["settlement_ended"] = (409, "The settlement has ended, or the time to answer is over."),
        ["confirmation_differs"] = (409, "The party was confirmed before, with other details. The first confirmation holds."),
        ["already_confirmed"] = (409, "The party was confirmed before; it cannot be rejected any more."),
        ["already_rejected"] = (409, "The party was rejected before; it cannot be confirmed any more."),
        ["idempotency_in_progress"] = (409, "A request with the same idempotency key is still running. Send the same again after Retry-After."),
        ["body_too_large"] = (413, "A body has at most 262144 bytes."),
        ["unsupported_media_type"] = (415, "Send JSON in UTF-8 with Content-Type: application/json."),
        ["validation_failed"] = (422, "One or more members break a rule; errors lists each with its pointer, and nothing was stored."),
        ["idempotency_key_reused"] = (422, "The idempotency key was used for a request with other contents. Take a new key for a new request."),
        ["template_lacks_confirmation"] = (422, "Counterparties need a template that waits for them, such as dvp-cross-platform."),
        ["missing_required_role"] = (422, "The template asks for a role that no party has."),
        ["missing_required_leg_type"] = (422, "The template asks for a type of leg that is not there."),
        ["counterparty_is_self"] = (422, "The counterparty is your own platform; put its party into parties."),
        ["counterparty_platform_unknown"] = (422, "No platform can be reached under this slug from your environment."),
        ["cross_chain_not_supported"] = (422, "All parties and legs of a settlement are on one chain, that of the environment."),
        ["leg_mirrored"] = (422, "Two legs describe one movement from both sides; the money would move twice. Send one of them."),
        ["self_delivery"] = (422, "Giver and taker of a leg are the same wallet or the same role."),
        ["rate_limited"] = (429, "The environment has used its requests of this minute. Go on after Retry-After."),
        ["internal_error"] = (500, "Something failed on our side. Quote the request id."),
        ["database_unavailable"] = (503, "The database did not answer in time. Send the same again after Retry-After; under the same idempotency key a settlement is made once."),
        ["issuer_unavailable"] = (503, "The external issuer of the token does not answer and its keys are not known yet. Send the same again after Retry-After."),
        ["node_unavailable"] = (503, "The chain's node does not answer. Nothing was stored; send the same again after Retry-After."),
    };

    /// <summary>Path of a code's page, as <c>type</c> names it.</summary>
    public static string PathOf(string code) => "/errors/" + code.Replace('_', '-');

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/errors/{name}", (RequestDelegate)GetAsync).AllowAnonymous();

    static async Task GetAsync(HttpContext context)
    {
        string code = ((string)context.Request.RouteValues["name"]!).Replace('-', '_');
        if (!Known.TryGetValue(code, out (int Status, string Meaning) problem))
            throw Refusal.NotFound("Error code");
        await Answer.WriteAsync(context, 200, new JsonObject
        {
            ["type"] = PathOf(code),
            ["code"] = code,
            ["status"] = problem.Status,
            ["meaning"] = problem.Meaning,
        });
    }
}
