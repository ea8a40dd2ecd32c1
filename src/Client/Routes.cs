namespace Keystone.Client;

/// <summary>Every operation of the API under the name that the OpenAPI document gives it. A test compares both.</summary>
internal static class Routes
{
    public static readonly Route CreateToken = new(HttpMethod.Post, "/oauth/token", true);
    public static readonly Route GetKeys = new(HttpMethod.Get, "/.well-known/jwks.json", true);
    public static readonly Route GetOpenidConfiguration = new(HttpMethod.Get, "/.well-known/openid-configuration", true);
    public static readonly Route GetAuthorizationServer = new(HttpMethod.Get, "/.well-known/oauth-authorization-server", true);
    public static readonly Route GetError = new(HttpMethod.Get, "/errors/{name}", true);
    public static readonly Route CreateSettlement = new(HttpMethod.Post, "/v1/settlements", true);
    public static readonly Route ListSettlements = new(HttpMethod.Get, "/v1/settlements", true);
    public static readonly Route GetSettlement = new(HttpMethod.Get, "/v1/settlements/{id}", true);
    public static readonly Route ListSettlementEvents = new(HttpMethod.Get, "/v1/settlements/{id}/events", true);
    public static readonly Route ConfirmSettlement = new(HttpMethod.Post, "/v1/settlements/{id}/confirm", true);
    public static readonly Route RejectSettlement = new(HttpMethod.Post, "/v1/settlements/{id}/reject", true);
    public static readonly Route GetDepositInstructions = new(HttpMethod.Get, "/v1/settlements/{id}/deposit-instructions", true);
    public static readonly Route SubmitSignature = new(HttpMethod.Post, "/v1/settlements/{id}/signatures", true);
    public static readonly Route MintTestToken = new(HttpMethod.Post, "/v1/test_helpers/mint", false);
    public static readonly Route AdvanceClock = new(HttpMethod.Post, "/v1/test_helpers/clock/advance", false);
    public static readonly Route ListTemplates = new(HttpMethod.Get, "/v1/settlement-templates", true);
    public static readonly Route GetTemplate = new(HttpMethod.Get, "/v1/settlement-templates/{name}", true);
    public static readonly Route CreateWebhook = new(HttpMethod.Post, "/v1/platforms/me/webhooks", false);
    public static readonly Route ListWebhooks = new(HttpMethod.Get, "/v1/platforms/me/webhooks", true);
    public static readonly Route GetWebhook = new(HttpMethod.Get, "/v1/platforms/me/webhooks/{id}", true);
    public static readonly Route UpdateWebhook = new(HttpMethod.Patch, "/v1/platforms/me/webhooks/{id}", true);
    public static readonly Route DeleteWebhook = new(HttpMethod.Delete, "/v1/platforms/me/webhooks/{id}", false);
    public static readonly Route TestWebhook = new(HttpMethod.Post, "/v1/platforms/me/webhooks/{id}/test", false);
    public static readonly Route RotateWebhookSecret = new(HttpMethod.Post, "/v1/platforms/me/webhooks/{id}/rotate-secret", false);
}
