using Keystone.Webhooks.Endpoints;

namespace Keystone.Settlements.Receivers;

/// <summary>A receiver with a secret that is shown this once.</summary>
/// <param name="Endpoint">The receiver.</param>
/// <param name="Secret">Key of its signatures from now on.</param>
public sealed record CreatedReceiver(Endpoint Endpoint, string Secret);
