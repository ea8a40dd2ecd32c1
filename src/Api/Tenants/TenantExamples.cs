namespace Keystone.Api.Tenants;

/// <summary>Bodies shown in the document. A test sends each to a running API.</summary>
internal static class TenantExamples
{
    public const string CreatePlatform = """{ "name": "Harbour Custody", "slug": "harbour-custody", "environment": "sandbox", "kind": "sandbox" }""";

    public const string UpdatePlatform = """{ "support_email": "settlement@example.com", "support_url": "https://example.com/support", "logo_url": null }""";

    public const string CreateEnvironment = """{ "slug": "sandbox-2", "name": "Second sandbox", "kind": "sandbox" }""";

    public const string UpdateEnvironment = """{ "default_timeout_seconds": 172800, "four_eyes": true, "cors_origins": ["https://app.example.com"] }""";

    public const string CreateCredential = """{ "name": "Back office", "scopes": ["settlements:read"], "expires_at": "2027-12-31T00:00:00Z" }""";

    public const string RotateCredential = """{ "overlap_seconds": 3600 }""";

    public const string CreateIpRule = """{ "cidr": "127.0.0.0/8", "description": "This machine" }""";

    public const string InviteMember = """{ "email": "ann@example.com", "name": "Ann Example", "roles": ["read_only"] }""";

    public const string RegisterWallet = """{ "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "label": "Treasury" }""";

    public const string UpdateMember = """{ "roles": ["read_only", "instruct"] }""";
}
