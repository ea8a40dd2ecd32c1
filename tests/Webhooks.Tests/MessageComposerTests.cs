using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Testing;
using Keystone.Webhooks.Messages;

namespace Keystone.Webhooks.Tests;

public sealed class MessageComposerTests
{
    static readonly Guid Settlement = Guid.Parse("0199a0c2-0000-7000-8000-000000000001");
    static readonly MessageEnvelope Envelope = new(
        Guid.Parse("0199a0c2-0000-7000-8000-0000000000aa"), new DateTimeOffset(2026, 3, 16, 12, 0, 20, TimeSpan.Zero), 7, "2026-11-20");

    [Fact]
    public void A_state_message_has_the_documented_bytes()
    {
        ComposedMessage message = MessageComposer.State(
            Envelope, new StateChange(Settlement, "AWAITING_DEPOSITS", "REGISTERING_ESCROW", "cross_platform", "T-1", ToInitiator: false));

        Assert.Equal("settlement.state.awaiting_deposits", message.Type);
        Assert.Equal(
            """{"event":"settlement.state.awaiting_deposits","type":"settlement.state.awaiting_deposits","id":"evt_0199a0c20000700080000000000000aa","timestamp":"2026-03-16T12:00:20Z","sequence":7,"api_version":"2026-11-20","data":{"settlement_id":"0199a0c2-0000-7000-8000-000000000001","state":"AWAITING_DEPOSITS","previous_state":"REGISTERING_ESCROW","settlement_type":"cross_platform","timestamp":"2026-03-16T12:00:20Z","external_reference":null,"settlement_sequence":7}}""",
            message.Payload);
    }

    [Fact]
    public void Only_the_initiator_sees_its_own_reference_and_the_first_state_has_no_previous()
    {
        using JsonDocument body = JsonDocument.Parse(MessageComposer.State(
            Envelope, new StateChange(Settlement, "INSTRUCTED", null, "single_platform", "T-1", ToInitiator: true)).Payload);
        JsonElement data = body.RootElement.GetProperty("data");
        Assert.Equal("T-1", data.GetProperty("external_reference").GetString());
        Assert.False(data.TryGetProperty("previous_state", out _));
    }

    [Fact]
    public void A_compliance_failure_discloses_nothing()
    {
        string body = MessageComposer.State(Envelope, new StateChange(
            Settlement, "ROLLED_BACK", "COMPLIANCE_CHECKING", "cross_platform", null, ToInitiator: true,
            new MessageFailure("compliance", "Buyer is on list X"))).Payload;
        Assert.Contains("""
            "failure":{"code":"compliance","message":"Not completed."}
            """.Trim(), body, StringComparison.Ordinal);
        Assert.DoesNotContain("list X", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Hints_that_were_not_given_are_null()
    {
        MessageLeg leg = new(Settlement, "asset", "0xToken", "500", "deliver", "seller", "buyer", 11155111, "ERC-20", "500000000000000000000",
            new MessageToken("0xToken", null, 18, Registered: false, "KBOND", null));
        using JsonDocument body = JsonDocument.Parse(MessageComposer.Confirmation(
            Envelope, new ConfirmationRequest(Settlement, "buyer", null, null, [leg], "platform-a", "Platform A", Envelope.At, Envelope.At)).Payload);
        JsonElement data = body.RootElement.GetProperty("data");
        Assert.Equal(JsonValueKind.Null, data.GetProperty("wallet_address_hint").ValueKind);
        Assert.Equal(JsonValueKind.Null, data.GetProperty("counterparty_reference").ValueKind);
        Assert.Equal("500000000000000000000", data.GetProperty("legs")[0].GetProperty("amount").GetString());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("legs")[0].GetProperty("token_id").ValueKind);
        Assert.False(data.GetProperty("legs")[0].GetProperty("token").GetProperty("registered").GetBoolean());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("legs")[0].GetProperty("token").GetProperty("symbol").ValueKind);
        Assert.Equal("KBOND", data.GetProperty("legs")[0].GetProperty("token").GetProperty("claimed_symbol").GetString());
        Assert.Equal("platform-a", data.GetProperty("initiator").GetProperty("platform_slug").GetString());
    }

    [Fact]
    public void The_request_to_confirm_has_every_member_that_the_guide_shows()
    {
        JsonObject sample = SeedGuide.CrossPlatform.Samples[0];
        MessageLeg leg = new(Settlement, "asset", "0xToken", "500", "deliver", "seller", "buyer", 11155111, "ERC-20", "500000000000000000000",
            new MessageToken("0xToken", null, 18, Registered: false, "KBOND", null));
        JsonObject sent = (JsonObject)JsonNode.Parse(MessageComposer.Confirmation(Envelope, new ConfirmationRequest(
            Settlement, "buyer", "0xBuyerHint...", "Acme Fund LLC", [leg], "platform-a", "Platform A", Envelope.At, Envelope.At)).Payload)!;
        SeedGuide.AssertShape(sample, sent);
        Assert.Equal((string?)sample["event"], (string?)sent["event"]);
        foreach (string member in (string[])["role", "wallet_address_hint", "counterparty_reference"])
            Assert.Equal((string?)sample["data"]![member], (string?)sent["data"]![member]);
    }
}
