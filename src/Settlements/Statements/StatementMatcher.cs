using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;

namespace Keystone.Settlements.Statements;

/// <summary>A movement or a stray as the statements have it.</summary>
internal sealed record BookedTransfer(
    Address Token, UInt256 TokenId, bool IsIn, Address Other, BigInteger Amount, Hash32 Transaction, long Block, string What, Guid? SettlementId)
{
    public static BookedTransfer Of(EscrowMovement one, LegOwner? owner) => new(one.Leg.Token, one.Leg.TokenId, one.IsIn, one.Other, one.Leg.Amount.ToBigInteger(), one.At.Transaction,
        one.At.Block, $"leg {one.LegIndex} {one.Kind.ToString().ToLowerInvariant()}", owner?.SettlementId);

    public static BookedTransfer Of(MirroredStray one) => new(one.Token, UInt256.Zero, true, one.Sender, one.Amount.ToBigInteger(), one.Transaction, one.Block, "stray", null);
}

/// <summary>Compares what the statements have with the logs of the tokens, transaction by transaction. Pure.</summary>
internal static class StatementMatcher
{
    /// <summary>What is not equal, in the order of the chain.</summary>
    /// <param name="observed">Transfers of the tokens' own logs.</param>
    /// <param name="booked">What the statements have.</param>
    /// <param name="byId">Tokens that count by id (ERC-1155); of an ERC-721 contract strays have no id, so its ids are not compared.</param>
    public static IReadOnlyList<StatementBreak> Compare(IEnumerable<ObservedTransfer> observed, IEnumerable<BookedTransfer> booked, IReadOnlySet<Address> byId)
    {
        UInt256 IdOf(Address token, UInt256 id) => byId.Contains(token) ? id : UInt256.Zero;
        Dictionary<(Hash32, Address, UInt256, bool), (List<ObservedTransfer> Seen, List<BookedTransfer> Booked)> groups = [];
        (List<ObservedTransfer> Seen, List<BookedTransfer> Booked) Group((Hash32, Address, UInt256, bool) key) =>
            groups.TryGetValue(key, out (List<ObservedTransfer>, List<BookedTransfer>) group) ? group : groups[key] = ([], []);
        foreach (ObservedTransfer one in observed) Group((one.Transaction, one.Token, IdOf(one.Token, one.TokenId), one.IsIn)).Seen.Add(one);
        foreach (BookedTransfer one in booked) Group((one.Transaction, one.Token, IdOf(one.Token, one.TokenId), one.IsIn)).Booked.Add(one);
        List<StatementBreak> breaks = [];
        foreach (((Hash32 transaction, Address token, UInt256 id, bool isIn), (List<ObservedTransfer> seen, List<BookedTransfer> entries)) in groups)
        {
            List<BookedTransfer> equal = [];
            Pair(seen, entries, (one, other) => one.Amount == other.Amount && one.Other == other.Other, (_, other) => equal.Add(other));
            Pair(seen, entries, (one, other) => one.Amount == other.Amount, (one, other) => Add("wrong_wallet", other.Block, other.SettlementId, BigInteger.Zero,
                $"{other.What}: the statement names {other.Other}, the token moved {(isIn ? "from" : "to")} {one.Other}"));
            Pair(seen, entries, (_, _) => true, (one, other) => Add("wrong_amount", other.Block, other.SettlementId, one.Amount - other.Amount,
                $"{other.What}: the statement has {other.Amount}, the token moved {one.Amount}"));
            foreach (ObservedTransfer one in seen)
                Add("missing_movement", one.Block, null, one.Amount, $"{one.Amount} moved {(isIn ? "from" : "to")} {one.Other}, and no statement shows it");
            foreach (BookedTransfer one in entries)
                Add(equal.Any(other => other.Other == one.Other && other.Amount == one.Amount && other.What == one.What) ? "doubled_movement" : "surplus_movement", one.Block, one.SettlementId, -one.Amount,
                    $"{one.What}: the statement has {one.Amount} {(isIn ? "from" : "to")} {one.Other}, and the token did not move");

            void Add(string kind, long block, Guid? settlement, BigInteger lacks, string detail) => breaks.Add(
                new StatementBreak(kind, token, id.IsZero ? null : id.ToString(), transaction, block, settlement, detail) { Lacks = isIn ? lacks : -lacks, OfId = id });
        }
        return [.. breaks.OrderBy(one => one.Block).ThenBy(one => one.Transaction.ToString(), StringComparer.Ordinal).ThenBy(one => one.Kind, StringComparer.Ordinal)];
    }

    static void Pair(List<ObservedTransfer> seen, List<BookedTransfer> booked, Func<ObservedTransfer, BookedTransfer, bool> fit, Action<ObservedTransfer, BookedTransfer> take)
    {
        for (int i = seen.Count - 1; i >= 0; i--)
        {
            ObservedTransfer one = seen[i];
            int at = booked.FindIndex(other => fit(one, other));
            if (at < 0) continue;
            take(one, booked[at]);
            seen.RemoveAt(i);
            booked.RemoveAt(at);
        }
    }
}
