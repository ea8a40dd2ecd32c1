using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Settlements.Statements;

/// <summary>What the escrow holds for a wallet of an environment; without an environment: of a settlement that is not of this system.</summary>
internal readonly record struct AccountKey(Guid? Environment, Address Token, UInt256 TokenId, Address Wallet);

/// <summary>A movement that an account shows.</summary>
internal sealed record StatementEntry(EscrowMovement Movement, LegOwner? Owner, BigInteger Balance);

/// <summary>An account between two blocks.</summary>
internal sealed record AccountStatement(AccountKey Key, TokenKind Kind, BigInteger Opening, BigInteger Closing, IReadOnlyList<StatementEntry> Entries);

/// <summary>Books movements into accounts. Pure.</summary>
internal static class AccountStatements
{
    sealed class Account(TokenKind kind)
    {
        public TokenKind Kind => kind;

        public BigInteger Opening { get; set; }

        public BigInteger Balance { get; set; }

        public List<StatementEntry> Entries { get; } = [];
    }

    /// <summary>Accounts that held something at the first block, or moved since, by token, id and wallet.</summary>
    /// <param name="movements">All movements up to the last block of the settlements that held something at the first block or have moved since.</param>
    /// <param name="owners">Whose legs they are.</param>
    /// <param name="opening">First block: movements up to it are booked and not shown.</param>
    public static IReadOnlyList<AccountStatement> Make(
        IEnumerable<EscrowMovement> movements, IReadOnlyDictionary<(Hash32 Escrow, int Leg), LegOwner> owners, long opening)
    {
        Dictionary<AccountKey, Account> accounts = [];
        // Of several settlements: one after the other in the order of the chain.
        foreach (EscrowMovement one in movements.OrderBy(one => one.At.Block).ThenBy(one => one.At.LogIndex).ThenBy(one => one.LegIndex))
        {
            LegOwner? owner = owners.GetValueOrDefault((one.EscrowId, one.LegIndex));
            AccountKey key = new(owner?.Environment, one.Leg.Token, one.Leg.TokenId, one.Leg.From);
            if (!accounts.TryGetValue(key, out Account? account)) accounts.Add(key, account = new Account(one.Leg.Kind));
            BigInteger amount = one.Leg.Amount.ToBigInteger();
            account.Balance += one.IsIn ? amount : -amount;
            if (one.At.Block <= opening) account.Opening = account.Balance;
            else account.Entries.Add(new StatementEntry(one, owner, account.Balance));
        }
        return
        [
            .. accounts.Where(one => one.Value.Entries.Count > 0 || !one.Value.Opening.IsZero)
                .OrderBy(one => one.Key.Token.ToString(), StringComparer.Ordinal).ThenBy(one => one.Key.TokenId).ThenBy(one => one.Key.Wallet.ToString(), StringComparer.Ordinal)
                .ThenBy(one => one.Key.Environment)
                .Select(one => new AccountStatement(one.Key, one.Value.Kind, one.Value.Opening, one.Value.Balance, one.Value.Entries)),
        ];
    }
}
