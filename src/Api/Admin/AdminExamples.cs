namespace Keystone.Api.Admin;

/// <summary>Bodies shown in the document. A test sends each to a running API.</summary>
internal static class AdminExamples
{
    public const string Retry = """{ "reason": "The node is back" }""";

    public const string Rollback = """{ "reason": "Both sides asked for it" }""";

    public const string Erase = """{ "role": "seller", "fields": ["name", "external_reference"] }""";

    public const string Pause = """{ "scope": "token", "chain_id": 11155111, "token": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "reason": "The issuer has been hacked" }""";

    public const string Resume = """{ "pause_id": "00000000-0000-0000-0000-000000000000" }""";

    public const string Acknowledge = """{ "note": "The provider has been called" }""";
}
