using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Operations;

/// <summary>Use case of the operator: tokens that came to an escrow without a deposit. No platform reads them: they may be of another one.</summary>
public sealed class ReadStrays(MirrorReader mirror)
{
    const int MostOfOne = 100;

    /// <summary>A page, newest first of each chain.</summary>
    public async Task<Page<StrayView>> ExecuteAsync(int limit, int offset, CancellationToken cancellationToken)
    {
        (IReadOnlyList<MirroredStray> strays, long total) = await mirror.ReadStraysAsync(limit, offset, cancellationToken);
        return new Page<StrayView>([.. strays.Select(View)], total);
    }

    /// <summary>A settlement with the strays that are likely its own: of one of its tokens, from one of its parties' wallets. For the operator's eyes.</summary>
    public async Task<SettlementView> AddToAsync(SettlementView settlement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        Address[] wallets = [.. settlement.Parties.SelectMany(party => (string?[])[party.WalletAddress, party.RefundAddress]).OfType<string>().Distinct(StringComparer.Ordinal).Select(Address.Parse)];
        IReadOnlyList<MirroredStray> strays = settlement.Legs.Count == 0 || wallets.Length == 0 ? []
            : await mirror.ReadStraysAsync(settlement.Legs[0].ChainId, settlement.Legs.Select(leg => Address.Parse(leg.Token.Address)).Distinct(), wallets, MostOfOne, cancellationToken);
        return settlement with { StrayTransfers = [.. strays.Select(View)] };
    }

    static StrayView View(MirroredStray stray) => new(stray.ChainId, stray.Token.ToString(), stray.Amount.ToString(), stray.Sender.ToString(), stray.Transaction.ToString(),
        stray.LogIndex, stray.Block, stray.BlockHash.ToString());
}
