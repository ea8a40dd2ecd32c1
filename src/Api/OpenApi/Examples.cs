namespace Keystone.Api.OpenApi;

/// <summary>Bodies shown in the document. A test sends each to a running API.</summary>
internal static class Examples
{
    public const string CreateSettlement = """
        {
          "idempotency_key": "dvp-2026-001",
          "template_id": "dvp-cross-platform",
          "timeout_at": "2026-12-17T12:00:00Z",
          "parties": [
            { "role": "seller", "external_reference": "seller-001", "name": "Acme Securities", "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "chain_id": 11155111 }
          ],
          "counterparty_parties": [
            { "platform_slug": "platform-b", "role": "buyer", "wallet_address_hint": "0x90f79bf6eb2c4f870365e785982e1f101e93b906", "counterparty_reference": "Acme Fund LLC" }
          ],
          "legs": [
            { "leg_type": "asset", "instrument_id": "0x5fbdb2315678afecb367f032d93f642f64180aa3", "quantity": "500", "direction": "deliver", "party_role": "seller" },
            { "leg_type": "payment", "instrument_id": "USDC", "quantity": "125000", "direction": "deliver", "party_role": "buyer" }
          ]
        }
        """;

    public const string ConfirmSettlement = """
        { "external_reference": "buyer-acct-042", "name": "Beta Capital", "wallet_address": "0x90f79bf6eb2c4f870365e785982e1f101e93b906", "chain_id": 11155111 }
        """;

    public const string RejectSettlement = """{ "reason": "Entity not eligible" }""";

    public const string RegisterInstrument = """{ "chain_id": 11155111, "address": "0x5fbdb2315678afecb367f032d93f642f64180aa3", "symbol": "KBOND", "standard": "ERC-20", "isin": "US0378331005" }""";
    public const string CancelSettlement = """{ "reason": "Trade was cancelled by phone" }""";

    public const string HoldSettlement = """{ "reason": "Client asked to wait for its funding" }""";

    public const string ReleaseSettlement = """{ "reason": "Client is funded" }""";

    public const string ReportAction = """{ "result": "completed", "reference": "vault-tx-7781" }""";

    public const string DecideCompliance = """{ "decision": "approve", "reason": "Another person of the same name; passport compared" }""";

    public const string SubmitSignature = """
        {
          "role": "seller",
          "kind": "settle",
          "signature": "0xa57c0b9f6d5c1e3bb7f2d5f3a1c0e9d8b7a6958473625140f1e2d3c4b5a697881122334455667788990011223344556677889900112233445566778899001122b31b",
          "deadline": "2026-12-17T12:00:00Z"
        }
        """;

    public const string CreateDepositLink = """{ "role": "seller" }""";

    public const string AdvanceClock = """{ "seconds": 259200 }""";

    public const string MintTestToken = """{ "token": "USDC", "to": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "amount": "50000000000" }""";

    public const string CreateWebhook = """{ "url": "https://hooks.example.com/keystone", "description": "Back office", "events": ["settlement.*"] }""";

    public const string UpdateWebhook = """{ "events": ["settlement.state.*"], "is_active": false }""";

    public const string RotateSecret = """{ "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }""";

    public const string SubmitInstruction = """
        {
          "idempotency_key": "bilateral-2026-001",
          "template_slug": "dvp-bilateral",
          "trade_reference": "TRADE-2026-001",
          "role": "seller",
          "party": { "external_reference": "seller-001", "name": "Acme Securities", "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "chain_id": 11155111 },
          "legs": [
            { "leg_type": "asset_delivery", "instrument_id": "0x5fbdb2315678afecb367f032d93f642f64180aa3", "quantity": "500", "direction": "deliver" },
            { "leg_type": "payment", "instrument_id": "USDC", "quantity": "125000", "direction": "receive" }
          ],
          "cash_tolerance": "2",
          "timeout_at": "2026-12-17T12:00:00Z"
        }
        """;

    public const string CancelInstruction = """{ "reason": "Entered twice" }""";

    public const string CreateTemplate = """
        {
          "slug": "two-checks",
          "name": "DvP that is screened twice",
          "description": "Parties are screened again right before the terms are published.",
          "config": {
            "states": ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED", "ROLLED_BACK"],
            "initial_state": "INSTRUCTED", "terminal_states": ["FINALIZED"], "failure_states": ["ROLLED_BACK"],
            "transitions": {
              "INSTRUCTED": ["COMPLIANCE_CHECKING", "ROLLED_BACK"], "COMPLIANCE_CHECKING": ["COMPLIANCE_CLEARED", "ROLLED_BACK"],
              "COMPLIANCE_CLEARED": { "allowed_next": ["REGISTERING_ESCROW", "ROLLED_BACK"] }, "REGISTERING_ESCROW": ["AWAITING_DEPOSITS", "ROLLED_BACK"],
              "AWAITING_DEPOSITS": ["EXECUTING_SWAP", "ROLLED_BACK"], "EXECUTING_SWAP": ["SETTLED", "ROLLED_BACK"], "SETTLED": ["FINALIZED"]
            },
            "actions": {
              "COMPLIANCE_CHECKING": { "type": "compliance_check" }, "COMPLIANCE_CLEARED": { "type": "noop" }, "REGISTERING_ESCROW": { "type": "register_escrow" },
              "AWAITING_DEPOSITS": { "type": "monitor_deposits" }, "EXECUTING_SWAP": { "type": "execute_escrow" }, "SETTLED": { "type": "finalize" }
            },
            "required_roles": ["buyer", "seller"], "required_leg_types": ["asset", "payment"],
            "compliance": { "recheck_at_states": ["COMPLIANCE_CLEARED"] }
          }
        }
        """;

    public const string UpdateTemplate = """{ "description": "For bonds alone." }""";

    public const string ReplayWebhooks = """{ "from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z" }""";

    public const string TokenRequest = """
        { "client_id": "YOUR_CLIENT_ID", "client_secret": "YOUR_CLIENT_SECRET", "audience": "https://api.keystoneos.xyz", "grant_type": "client_credentials" }
        """;
}
