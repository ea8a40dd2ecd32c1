using System.Globalization;
using System.Text;
using System.Text.Json;
using Keystone.Api.Http;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Identity;

/// <summary><c>POST /oauth/token</c>: client credentials (RFC 6749 section 4.4), as JSON or as a form, with errors of its section 5.2.</summary>
internal sealed class TokenEndpoint(IssueToken issue, FailureLimits failures)
{
    // RFC 7523, section 2.2.
    const string Assertion = "client_assertion";

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        Dictionary<string, string> request = new(StringComparer.Ordinal);
        if (!TryReadBasic(context, request) || !await TryReadBodyAsync(context, request))
        {
            await RefuseAsync(context, 400, "invalid_request", "The body must be a JSON object of strings or a form, each member once.");
            return;
        }
        // RFC 6749, section 5.2: a way of authentication that is not known is a failed one, also beside a right secret.
        if (request.ContainsKey(Assertion))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"keystone\"";
            await RefuseAsync(context, 401, "invalid_client", "Clients authenticate by client_secret; leave client_assertion out.");
            return;
        }
        foreach (string name in (string[])["grant_type", "client_id", "client_secret"])
            if (!request.TryGetValue(name, out string? value) || value.Length == 0)
            {
                await RefuseAsync(context, 400, "invalid_request", $"{name} is missing.");
                return;
            }
        if (request["grant_type"] != "client_credentials")
        {
            await RefuseAsync(context, 400, "unsupported_grant_type", "grant_type must be client_credentials.");
            return;
        }
        string clientId = request["client_id"];
        switch (await issue.ExecuteAsync(clientId, request["client_secret"], request.GetValueOrDefault("audience"), request.GetValueOrDefault("scope"), context.RequestAborted))
        {
            case TokenResult.Issued issued:
                await Answer.WriteAsync(context, 200, new IssuedTokenBody(issued.AccessToken, "Bearer", IssueToken.LifetimeSeconds, issued.Scope), ApiJson.Written.IssuedTokenBody);
                break;
            case TokenResult.UnknownAudience unknown:
                await RefuseAsync(context, 403, "access_denied", $"Service not enabled within domain: {unknown.Audience}");
                break;
            case TokenResult.ScopeNotGranted:
                await RefuseAsync(context, 400, "invalid_scope", "The client does not have every scope that was asked for.");
                break;
            default:
                // Only a wrong secret waits: a right one, of 256 bits, was not guessed, whoever else fails from the same address.
                if (Failed(context, clientId) is > 0 and int wait)
                {
                    context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
                    await RefuseAsync(context, 429, "too_many_requests", $"Too many failed attempts. Try again in {wait} s.");
                    break;
                }
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"keystone\"";
                await RefuseAsync(context, 401, "invalid_client", "Unknown client or wrong secret.");
                break;
        }
    }

    // Counted for the client at that address, and for the address. No client has an id longer than 255; all that pretend to are counted as one, so that names cannot fill the memory.
    int Failed(HttpContext context, string clientId)
    {
        string address = $"{context.Connection.RemoteIpAddress}", client = $"{address}|{(clientId.Length > 255 ? "" : clientId)}";
        int wait = Math.Max(failures.WaitFor(address), failures.WaitFor(client));
        if (wait > 0) return wait;
        failures.Failed(address);
        failures.Failed(client);
        return 0;
    }

    static bool TryReadBasic(HttpContext context, Dictionary<string, string> request)
    {
        string? header = context.Request.Headers.Authorization;
        if (header is null || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return true;
        byte[] buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), buffer, out int written))
            return false;
        string pair = Encoding.UTF8.GetString(buffer, 0, written);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        request["client_id"] = Uri.UnescapeDataString(pair[..colon]);
        request["client_secret"] = Uri.UnescapeDataString(pair[(colon + 1)..]);
        return true;
    }

    static async Task<bool> TryReadBodyAsync(HttpContext context, Dictionary<string, string> request)
    {
        byte[] body = await BodyReader.ReadBytesAsync(context);
        string text = Encoding.UTF8.GetString(body).TrimStart('\uFEFF').Trim();
        if (text.StartsWith('{'))
            return TryReadJson(text, request);
        foreach ((string name, StringValues values) in QueryHelpers.ParseQuery(text))
        {
            if (values.Count != 1 || !TryAdd(request, name, values[0] ?? ""))
                return false;
        }
        return true;
    }

    static bool TryReadJson(string text, Dictionary<string, string> request)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            foreach (JsonProperty member in json.RootElement.EnumerateObject())
            {
                if (member.Name is not ("grant_type" or "client_id" or "client_secret" or "audience" or "scope" or Assertion) || member.Value.ValueKind == JsonValueKind.Null)
                    continue;
                if (member.Value.ValueKind != JsonValueKind.String || !TryAdd(request, member.Name, member.Value.GetString()!))
                    return false;
            }
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    // RFC 6749, section 3.2.1: a client that authenticates by the header may name itself in the body as well. A second secret, or another id, is a contradiction.
    static bool TryAdd(Dictionary<string, string> request, string name, string value)
    {
        if (name == "client_id" && request.TryGetValue(name, out string? own)) return own == value;
        return request.TryAdd(name, value);
    }

    static Task RefuseAsync(HttpContext context, int status, string error, string description) =>
        Answer.WriteAsync(context, status, new TokenErrorBody(error, description), ApiJson.Written.TokenErrorBody);
}
