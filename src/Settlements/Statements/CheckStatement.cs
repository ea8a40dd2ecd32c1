using System.Numerics;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Settlements.Statements;

/// <summary>
/// Use case of the operator: the statements of all environments on a day against the chain. The sum of all closings and of the strays is compared with what the contract has at the closing
/// block, and every movement of the day with the logs of the tokens themselves, so that a difference names its transaction.
/// </summary>
public sealed class CheckStatement(StatementCheckStore store, IEthereumNodes nodes)
{
    /// <summary>The last day of which no block can change any more; null before there is one.</summary>
    public Task<DateOnly?> LastFinalDayAsync(long chainId, CancellationToken cancellationToken) => store.LastFinalDayAsync(chainId, cancellationToken);

    /// <summary>The comparison of a day; null when nothing is mirrored of the chain.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="day">The day, UTC.</param>
    /// <param name="cancellationToken">Cancels queries and requests.</param>
    /// <exception cref="NodeException">The node does not answer, or the closing block, which can still change, is not its own.</exception>
    public async Task<StatementCheck?> ExecuteAsync(long chainId, DateOnly day, CancellationToken cancellationToken)
    {
        StatementSnapshot? read = await store.ReadAsync(chainId, day, fromFirst: false, cancellationToken);
        if (read is null) return null;
        StatementCheck check = new(chainId, day, read.Opening, read.Closing, read.IsFinal, true, [], [], read.Strays, []);
        if (read.Closing is not { } closing) return check;
        StatementChain chain = new(nodes.Pin(chainId), read.Escrow);
        List<StatementBreak> breaks = [.. read.Breaks];
        if (!await chain.HasAsync(closing, cancellationToken))
        {
            if (!read.IsFinal) throw new NodeException($"Block {closing.Number} of the mirror is not the node's.");
            breaks.Add(new StatementBreak("block_differs", null, null, null, closing.Number, null, $"the node has another block at height {closing.Number} than {closing.Hash}"));
        }
        HashSet<Address> tokens = [.. read.Tokens.Keys], byId = [.. read.Tokens.Values.Where(token => token.Standard == TokenStandards.Erc1155).Select(token => token.Address)];
        long after = read.Opening?.Number ?? -1;
        breaks.AddRange(StatementMatcher.Compare(await chain.TransfersAsync(tokens, after, closing.Number, cancellationToken),
            [.. read.Accounts.SelectMany(account => account.Entries).Where(one => tokens.Contains(one.Movement.Leg.Token)).Select(one => BookedTransfer.Of(one.Movement, one.Owner)), .. read.Strays.Select(BookedTransfer.Of)], byId));
        List<StatementSum> sums = [];
        bool balances = true;
        foreach (StatementSum sum in SumsOf(read, byId))
        {
            BigInteger? balance = null;
            try
            {
                if (balances) balance = await chain.BalanceAsync(sum.Token, sum.TokenId, closing.Hash, cancellationToken);
            }
            catch (NodeException fault) when (fault.Kind == NodeFaultKind.Pruned)
            {
                balances = false;
            }
            sums.Add(sum with { Balance = balance });
        }
        List<StatementSum> unequal = [.. sums.Where(sum => !Rest(sum, breaks).IsZero)];
        if (unequal.Count > 0 && await store.ReadAsync(chainId, day, fromFirst: true, cancellationToken) is { } whole)
        {
            // Which settlements hold something is the mirror's own word. Where the sum is not right, all that ever were are booked.
            Dictionary<(Address, UInt256?), BigInteger?> balanceOf = sums.ToDictionary(sum => (sum.Token, sum.TokenId), sum => sum.Balance);
            read = whole;
            sums = [.. SumsOf(whole, byId).Select(sum => sum with { Balance = balanceOf.GetValueOrDefault((sum.Token, sum.TokenId)) })];
            unequal = [.. sums.Where(sum => !Rest(sum, breaks).IsZero)];
        }
        if (unequal.Count > 0) breaks.AddRange(await EarlierAsync(chain, chainId, [.. unequal.Select(sum => sum.Token)], byId, after, cancellationToken));
        foreach (StatementSum sum in unequal)
            if (Rest(sum, breaks) is { IsZero: false } rest)
                breaks.Add(new StatementBreak("unexplained_balance", sum.Token, sum.TokenId?.ToString(), null, closing.Number, null,
                    $"at block {closing.Number} the contract has {sum.Balance}, which is {BigInteger.Abs(rest)} {(rest.Sign > 0 ? "more" : "less")} than closings of {sum.Closings}, strays of {sum.Strays} and all logs account for"));
        return check with
        {
            BalancesRead = balances,
            Accounts = [.. read.Accounts.Where(account => !account.Closing.IsZero && (account.Key.Environment is not null || tokens.Contains(account.Key.Token)))
                .Select(account => new StatementClosing(account.Key.Environment, account.Key.Token, account.Key.TokenId, account.Key.Wallet, account.Closing))],
            Tokens = sums,
            Breaks = breaks,
        };
    }

    /// <summary>Compares a day and keeps the outcome; null when nothing is mirrored of the chain.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<StatementCheck?> ExecuteAndKeepAsync(long chainId, DateOnly day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        StatementCheck? check = await ExecuteAsync(chainId, day, cancellationToken);
        if (check is not null) await store.SaveAsync(check, now, cancellationToken);
        return check;
    }

    /// <summary>Days with breaks from a day on that were not compared since a time: what was wrong may have been put right.</summary>
    public Task<IReadOnlyList<DateOnly>> BrokenDaysAsync(long chainId, DateOnly from, DateTimeOffset before, CancellationToken cancellationToken) =>
        store.BrokenDaysAsync(chainId, from, before, cancellationToken);

    /// <summary>The last day that was compared and kept; null before the first.</summary>
    public Task<DateOnly?> LastCheckedDayAsync(long chainId, CancellationToken cancellationToken) => store.LastDayAsync(chainId, cancellationToken);

    // Of an ERC-1155 contract there is no balance of all ids: each that is booked is compared.
    static IEnumerable<StatementSum> SumsOf(StatementSnapshot read, HashSet<Address> byId)
    {
        foreach (Address token in read.Tokens.Keys.OrderBy(token => token.ToString(), StringComparer.Ordinal))
        {
            AccountStatement[] accounts = [.. read.Accounts.Where(account => account.Key.Token == token)];
            if (byId.Contains(token))
            {
                foreach (IGrouping<UInt256, AccountStatement> id in accounts.GroupBy(account => account.Key.TokenId).OrderBy(id => id.Key))
                    yield return new StatementSum(token, id.Key, id.Aggregate(BigInteger.Zero, (sum, account) => sum + account.Closing), BigInteger.Zero, null);
            }
            else
            {
                yield return new StatementSum(token, null, accounts.Aggregate(BigInteger.Zero, (sum, account) => sum + account.Closing), read.StraySums.GetValueOrDefault(token), null);
            }
        }
    }

    /// <summary>What the contract has beyond the statements and beyond what the breaks say of them.</summary>
    static BigInteger Rest(StatementSum sum, IEnumerable<StatementBreak> breaks) => sum.Balance is not { } balance ? BigInteger.Zero
        : balance - sum.Closings - sum.Strays - breaks.Where(one => one.Token == sum.Token && (sum.TokenId is null || one.OfId == sum.TokenId)).Aggregate(BigInteger.Zero, (lacks, one) => lacks + one.Lacks);

    // The day itself does not explain the sum: the fault is of a day before, and is looked for from the first block on.
    async Task<IReadOnlyList<StatementBreak>> EarlierAsync(
        StatementChain chain, long chainId, HashSet<Address> tokens, HashSet<Address> byId, long through, CancellationToken cancellationToken)
    {
        if (through < 0) return [];
        IReadOnlyList<BookedTransfer> booked = await store.TransfersAsync(chainId, tokens, through, cancellationToken);
        return StatementMatcher.Compare(await chain.TransfersAsync(tokens, -1, through, cancellationToken), booked, byId);
    }
}
