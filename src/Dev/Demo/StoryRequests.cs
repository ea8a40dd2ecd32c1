using Keystone.Client.Models;
using Keystone.Postgres;

namespace Keystone.Dev.Demo;

/// <summary>Composes the parts of the demo's requests to the API.</summary>
internal sealed class StoryRequests(DevFile system, DevToken bond, TimeProvider time)
{
    public PartyRequest Party(string role, Wallet wallet, string reference) => new()
    {
        Role = role,
        ExternalReference = reference,
        Name = wallet.Name,
        WalletAddress = wallet.Address.ToString(),
        ChainId = system.ChainId,
    };

    public LegRequest[] Legs(string bonds, string cash) =>
    [
        new() { LegType = "asset", InstrumentId = bond.Address, Quantity = bonds, Direction = "deliver", PartyRole = "seller" },
        new() { LegType = "payment", InstrumentId = "USDC", Quantity = cash, Direction = "deliver", PartyRole = "buyer" },
    ];

    public string NewKey(string story) => $"{story}-{Guid.CreateVersion7(time.GetUtcNow())}";

    public string TimeoutIn(int seconds) => Timestamps.Seconds(time.GetUtcNow().AddSeconds(seconds));
}
