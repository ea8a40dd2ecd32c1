using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Wallets;

/// <summary>Holds parties to the registered wallets of their environment, where its switch asks for that.</summary>
internal sealed class WalletRules(WalletStore store, TimeProvider time)
{
    /// <summary>Adds a fault for each wallet that the environment may not use.</summary>
    public async Task CheckAsync(Caller caller, IReadOnlyList<(MemberRules Rules, PartyDetails Said, PartyWallets Wallets)> parties, CancellationToken cancellationToken)
    {
        if (!caller.WalletsRequired) return;
        List<(MemberRules Rules, string Member, Address Wallet)> named = [];
        foreach ((MemberRules rules, PartyDetails said, PartyWallets wallets) in parties)
            foreach ((string member, string? sent, Address? wallet) in new[] { ("wallet_address", said.WalletAddress, wallets.Wallet), ("receive_address", said.ReceiveAddress, wallets.Receive), ("refund_address", said.RefundAddress, wallets.Refund) })
                if (sent is not null && wallet is { } address && !rules.IsBad(member)) named.Add((rules, member, address));
        if (named.Count == 0) return;
        IReadOnlyDictionary<Address, DateTimeOffset> usable = await store.UsableAsync(caller.EnvironmentId, [.. named.Select(one => one.Wallet).Distinct()], cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        foreach ((MemberRules rules, string member, Address wallet) in named)
            if (!usable.TryGetValue(wallet, out DateTimeOffset from))
                rules.Bad(member, "wallet_not_registered", "Your environment uses registered wallets only, and this is none. Register it with POST /v1/wallets.");
            else if (from > now)
                rules.Bad(member, "wallet_waits", $"The wallet may be used from {Timestamps.Seconds(from)} on, or as soon as a second person has approved it.");
    }
}
