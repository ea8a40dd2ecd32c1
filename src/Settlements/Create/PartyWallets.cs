using Keystone.Ethereum;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Create;

/// <summary>The wallets of a party: it pays from one, and may receive and be refunded at others.</summary>
internal readonly record struct PartyWallets(Address? Wallet, Address? Receive, Address? Refund)
{
    public static PartyWallets Check(MemberRules rules, string? wallet, string? receive, string? refund, Address? escrow)
    {
        Address? pays = CheckOne(rules, "wallet_address", wallet, true, escrow);
        return new PartyWallets(pays, CheckOne(rules, "receive_address", receive, false, escrow) ?? pays, CheckOne(rules, "refund_address", refund, false, escrow) ?? pays);
    }

    static Address? CheckOne(MemberRules rules, string name, string? value, bool required, Address? escrow)
    {
        Address? wallet = rules.Wallet(name, value, required);
        if (wallet is not null && wallet == escrow)
            rules.Bad(name, "escrow_as_wallet", "This is the escrow contract, not a wallet.");
        return wallet;
    }
}
