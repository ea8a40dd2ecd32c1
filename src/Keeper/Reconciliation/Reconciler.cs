using System.Collections.Concurrent;
using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Settlements.Operations;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Reconciliation;

/// <summary>
/// Compares the mirror with the contract's storage and with token balances and decimals, read at the same block without events. A difference pauses the
/// settlement or token until an operator has examined it.
/// </summary>
internal sealed partial class Reconciler(ReconcilerStore store, PauseStore pauses, IEthereumNodes nodes, ILogger<Reconciler> log)
{
    /// <summary>Number of settlements that one round compares; if more are open, rounds take turns. 10,000 are compared within two blocks.</summary>
    public const int PerRound = 5_000;

    const int AtOnce = 8;
    const int WordsAtOnce = 100;

    readonly Dictionary<long, Hash32> _after = [];
    readonly ConcurrentDictionary<(long, Address), (UInt256 Excess, UInt256 Strays)> _excess = new();

    /// <summary>One round over a chain; returns the height of the comparison, or null if there is nothing to compare.</summary>
    /// <exception cref="NodeException">The node does not answer, or no longer has the block.</exception>
    public async Task<long?> RunAsync(long chainId, CancellationToken cancellationToken)
    {
        Fold? fold = await store.ReadAsync(chainId, _after.GetValueOrDefault(chainId), PerRound, cancellationToken);
        if (fold is null) return null;
        IEthereumNode node = nodes.For(chainId);
        BlockTag at = BlockTag.AtHash(fold.Block);
        Check[] checks =
        [
            .. fold.Owed.GroupBy(one => one.Token).Select(token =>
                new Check(PauseScope.OfToken(chainId, token.Key), stop => BalanceAsync(node, chainId, fold, token.Key, [.. token], at, stop))),
            .. fold.Decimals.Select(token => new Check(PauseScope.OfToken(chainId, token.Token), stop => DecimalsAsync(node, fold, token.Token, token.Decimals, at, stop))),
        ];
        ConcurrentQueue<(Check Check, string Difference)> doubts = new();
        ParallelOptions some = new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        // Storage words are read in batches, because thousands of settlements can be open.
        await Parallel.ForEachAsync(fold.Escrows.Chunk(WordsAtOnce), some, async (part, stop) =>
        {
            IReadOnlyList<Hash32> words = await node.GetStoragesAsync(fold.Escrow, [.. part.Select(escrow => EscrowWord.SlotOf(escrow.Key))], at, stop);
            for (int i = 0; i < part.Length; i++)
            {
                (Hash32 id, EscrowWord mirrored) = part[i];
                if (DifferenceOf(EscrowWord.Read(words[i]), mirrored) is { } difference)
                    doubts.Enqueue((new Check(PauseScope.OfSettlement(id), again => WordAsync(node, fold, id, mirrored, at, again)), difference));
            }
        });
        await Parallel.ForEachAsync(checks, some, async (check, stop) =>
        {
            if (await check.CompareAsync(stop) is { } difference) doubts.Enqueue((check, difference));
        });
        foreach ((Check check, string difference) in doubts)
            if (await IsCertainAsync(node, fold, check, difference, cancellationToken)) await PauseAsync(check.Stops, $"at block {fold.Number} {difference}", cancellationToken);
        KeeperMetrics.Reconciled.Add(fold.Escrows.Count);
        _after[chainId] = fold.Escrows.Count < PerRound ? Hash32.Zero : fold.Escrows.Keys.Last();
        return fold.Number;
    }

    /// <param name="Stops">Scope that is paused if there is a difference.</param>
    /// <param name="CompareAsync">Returns the difference; null if there is none.</param>
    sealed record Check(PauseScope Stops, Func<CancellationToken, Task<string?>> CompareAsync);

    // A node whose head moves in the middle of its answer may give the state of the block after. One that has left the block, and is asked for it by its
    // hash, may answer for the block that took its place, and say the same again.
    static async Task<bool> IsCertainAsync(IEthereumNode node, Fold fold, Check check, string difference, CancellationToken cancellationToken)
    {
        await RequireCanonicalAsync(node, fold, cancellationToken);
        bool again = await check.CompareAsync(cancellationToken) == difference;
        await RequireCanonicalAsync(node, fold, cancellationToken);
        return again;
    }

    static async Task RequireCanonicalAsync(IEthereumNode node, Fold fold, CancellationToken cancellationToken)
    {
        BlockHeader? header = await node.GetBlockAsync(BlockTag.AtNumber(fold.Number), cancellationToken);
        if (header?.Hash != fold.Block) throw new NodeException($"Block {fold.Number} of the mirror is not the node's.");
    }

    static async Task<string?> WordAsync(IEthereumNode node, Fold fold, Hash32 escrow, EscrowWord mirrored, BlockTag at, CancellationToken cancellationToken) =>
        DifferenceOf(EscrowWord.Read(await node.GetStorageAsync(fold.Escrow, EscrowWord.SlotOf(escrow), at, cancellationToken)), mirrored);

    static string? DifferenceOf(EscrowWord actual, EscrowWord mirrored) => actual == mirrored ? null : $"the contract says {actual}, the mirror says {mirrored}";

    async Task<string?> BalanceAsync(
        IEthereumNode node, long chainId, Fold fold, Address token, ImmutableArray<Obligation> owed, BlockTag at, CancellationToken cancellationToken)
    {
        UInt256 all = owed.Aggregate(UInt256.Zero, (sum, one) => sum + one.Amount);
        AbiValue escrow = AbiValue.Address(fold.Escrow);
        if (await AskAsync(node, token, AbiCall.Encode("balanceOf(address)", escrow), at, cancellationToken) is { } held)
        {
            // balanceOf of an ERC-721 contract is the number of tokens, and each leg is one token.
            Excess(chainId, token, held.CompareTo(all) > 0 ? held - all : UInt256.Zero, fold.Strays.GetValueOrDefault(token));
            return Missing(held, all, $"{token}");
        }
        foreach (Obligation one in owed)
        {
            UInt256 balance = await AskAsync(
                node, token, AbiCall.Encode("balanceOf(address,uint256)", escrow, AbiValue.Uint(one.TokenId)), at, cancellationToken) ?? UInt256.Zero;
            if (Missing(balance, one.Amount, $"{token} id {one.TokenId}") is { } missing) return missing;
        }
        return null;
    }

    static string? Missing(UInt256 held, UInt256 owed, string name) => held.CompareTo(owed) < 0 ? $"the escrow holds {held} of {name} and owes {owed}" : null;

    // Amounts were converted to smallest units with the decimals that the token had at registration.
    static async Task<string?> DecimalsAsync(IEthereumNode node, Fold fold, Address token, int registered, BlockTag at, CancellationToken cancellationToken)
    {
        UInt256? answer = await AskAsync(node, token, AbiCall.Encode("decimals()"), at, cancellationToken);
        return answer == (UInt256)(ulong)registered ? null
            : $"{token} {(answer is { } now ? $"has {now} decimals" : "does not answer decimals()")}, it was registered with {registered}";
    }

    // A balance above what is owed. What plain transfers account for is named by each of them; the rest came without a log, as an issuer with power over its
    // token can bring it about, or a token whose balances grow by themselves.
    void Excess(long chainId, Address token, UInt256 excess, UInt256 strays)
    {
        if (_excess.GetValueOrDefault((chainId, token)) == (excess, strays)) return;
        _excess[(chainId, token)] = (excess, strays);
        UInt256 unexplained = excess.CompareTo(strays) > 0 ? excess - strays : UInt256.Zero;
        if (!excess.IsZero && unexplained.IsZero) Strays(excess, token, chainId);
        if (unexplained.IsZero) return;
        Unexplained(unexplained, token, chainId);
        KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "unexplained_balance"));
    }

    static async Task<UInt256?> AskAsync(IEthereumNode node, Address token, byte[] call, BlockTag at, CancellationToken cancellationToken)
    {
        try
        {
            byte[] answer = await node.CallAsync(new CallRequest(null, token, call), at, cancellationToken);
            return answer.Length == 32 ? new UInt256(answer) : null;
        }
        catch (CallRevertedException)
        {
            return null;
        }
    }

    async Task PauseAsync(PauseScope what, string difference, CancellationToken cancellationToken)
    {
        if (!await pauses.SetAsync(what, difference, "reconciler", cancellationToken)) return;
        Difference(what.Scope, difference);
        KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "reconciler_difference"));
    }

    [LoggerMessage(7080, LogLevel.Error, "ALARM reconciler_difference: a {Scope} is paused: {Difference}")]
    partial void Difference(string scope, string difference);

    [LoggerMessage(7081, LogLevel.Warning, "The escrow holds {Amount} of token {Token} on chain {ChainId} that it owes to nobody; somebody sent it by a plain transfer")]
    partial void Strays(UInt256 amount, Address token, long chainId);

    [LoggerMessage(7088, LogLevel.Error, "ALARM unexplained_balance: the escrow holds {Amount} of token {Token} on chain {ChainId} that it owes to nobody and that no transfer brought")]
    partial void Unexplained(UInt256 amount, Address token, long chainId);
}
