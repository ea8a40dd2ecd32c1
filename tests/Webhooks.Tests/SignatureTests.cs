using System.Text;
using Keystone.Webhooks.Delivery;

namespace Keystone.Webhooks.Tests;

public sealed class SignatureTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");

    // openssl dgst -sha256 -hmac "$SECRET" body
    [Fact]
    public void The_whole_secret_string_is_the_key_of_the_Keystone_signature() =>
        Assert.Equal("80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c", Signature.Keystone(Secret, Body));

    // The example of the Standard Webhooks specification; openssl gives the same.
    [Fact]
    public void The_decoded_secret_is_the_key_of_the_standard_signature() =>
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Signature.Standard(Secret, Id, 1614265330, Body));

    [Theory]
    [InlineData("a-secret-of-my-own")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_")]
    public void A_secret_of_another_form_has_no_standard_signature(string secret)
    {
        Assert.False(Signature.IsStandard(secret));
        Assert.Null(Signature.Standard(secret, Id, 1614265330, Body));
    }

    [Fact]
    public void A_new_secret_serves_both_schemes() => Assert.True(Signature.IsStandard(Signature.NewSecret()));

    [Fact]
    public void While_rotating_both_secrets_sign()
    {
        string old = Signature.NewSecret(), now = Signature.NewSecret();
        Guid message = Guid.NewGuid();
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(1773662400);
        Dictionary<string, string> headers = DeliveryHeaders.For(message, at, [now, old], Body).ToDictionary();
        Assert.Equal(Signature.Keystone(now, Body), headers["X-Keystone-Signature"]);
        Assert.Equal(Signature.Keystone(old, Body), headers["X-Keystone-Signature-Previous"]);
        string id = DeliveryHeaders.EventId(message);
        Assert.Equal($"{Signature.Standard(now, id, 1773662400, Body)} {Signature.Standard(old, id, 1773662400, Body)}", headers["webhook-signature"]);
    }

    [Theory]
    [InlineData("settlement.*", "settlement.state.settled", true)]
    [InlineData("*", "webhook.endpoint.disabled", true)]
    [InlineData("compliance.*", "settlement.compliance.flagged", true)]
    [InlineData("settlement.state.*", "settlement.confirmation_required", false)]
    [InlineData("settlement.confirmation_required", "settlement.confirmation_required", true)]
    public void Patterns_cover_their_events(string pattern, string name, bool covered)
    {
        Assert.True(EventPattern.IsKnown(pattern));
        Assert.Equal(covered, EventPattern.Matches(pattern, name));
    }
}
