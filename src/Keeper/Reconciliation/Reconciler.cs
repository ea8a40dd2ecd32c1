using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Storage.Operators;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Reconciliation;

/// <summary>
/// Compares the fold with the contract's own storage and with the tokens' own balances and decimals, read at the same block and by another way than events.
/// What differs is paused until an operator has looked at it.
/// </summary>
internal sealed partial class Reconciler(ReconcilerStore store, PauseStore pauses, IEthereumNodes nodes, ILogger<Reconciler> log)
{
    /// <summary>Settlements that one round compares; with more of them open they take turns.</summary>
    public const int PerRound = 2_000;

    const int AtOnce = 8;

    readonly Dictionary<long, Hash32> _after = [];
    readonly Dictionary<(long, Address), UInt256> _strays = [];

    /// <summary>One round over a chain; the height it was made at, null when the chain has nothing to compare now.</summary>
    /// <exception cref="NodeException">The node does not answer, or no longer has the block.</exception>
    public async Task<long?> RunAsync(long chainId, CancellationToken cancellationToken)
    {
        Fold? fold = await store.ReadAsync(chainId, _after.GetValueOrDefault(chainId), PerRound, cancellationToken);
        if (fold is null) return null;
        IEthereumNode node = nodes.For(chainId);
        BlockTag at = BlockTag.AtHash(fold.Block);
        ParallelOptions some = new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(fold.Escrows, some, async (escrow, stop) =>
        {
            EscrowWord actual = await WordAsync(node, fold, escrow.Key, at, stop);
            // Asked twice: a node whose head moves in the middle of its answer may give the state of the block after.
            if (actual != escrow.Value && await WordAsync(node, fold, escrow.Key, at, stop) == actual)
                await PauseAsync(PauseScope.OfSettlement(escrow.Key), $"at block {fold.Number} the contract says {actual}, the mirror says {escrow.Value}", stop);
        });
        foreach (IGrouping<Address, Obligation> token in fold.Owed.GroupBy(one => one.Token))
            await BalanceAsync(node, chainId, fold, token.Key, [.. token], at, cancellationToken);
        foreach ((Address token, int decimals) in fold.Decimals)
            await DecimalsAsync(node, chainId, fold, token, decimals, at, cancellationToken);
        KeeperMetrics.Reconciled.Add(fold.Escrows.Count);
        _after[chainId] = fold.Escrows.Count < PerRound ? Hash32.Zero : fold.Escrows.Keys.Last();
        return fold.Number;
    }

    static async Task<EscrowWord> WordAsync(IEthereumNode node, Fold fold, Hash32 escrow, BlockTag at, CancellationToken cancellationToken) =>
        EscrowWord.Read(await node.GetStorageAsync(fold.Escrow, EscrowWord.SlotOf(escrow), at, cancellationToken));

    async Task BalanceAsync(
        IEthereumNode node, long chainId, Fold fold, Address token, ImmutableArray<Obligation> owed, BlockTag at, CancellationToken cancellationToken)
    {
        UInt256 all = owed.Aggregate(UInt256.Zero, (sum, one) => sum + one.Amount);
        AbiValue escrow = AbiValue.Address(fold.Escrow);
        byte[] balanceOf = AbiCall.Encode("balanceOf(address)", escrow);
        if (await AskAsync(node, token, balanceOf, at, cancellationToken) is { } held)
        {
            if (held.CompareTo(all) < 0) held = await AskAsync(node, token, balanceOf, at, cancellationToken) ?? UInt256.Zero;
            // An ERC-721 contract counts its tokens under the same name, and each leg of one is one.
            await CompareAsync(chainId, fold, token, held, all, $"{token}", cancellationToken);
            Stray(chainId, token, held, all);
            return;
        }
        foreach (Obligation one in owed)
        {
            UInt256 balance = await AskAsync(
                node, token, AbiCall.Encode("balanceOf(address,uint256)", escrow, AbiValue.Uint(one.TokenId)), at, cancellationToken) ?? UInt256.Zero;
            await CompareAsync(chainId, fold, token, balance, one.Amount, $"{token} id {one.TokenId}", cancellationToken);
        }
    }

    // Quantities were turned into smallest units with what the token said when it was registered.
    async Task DecimalsAsync(IEthereumNode node, long chainId, Fold fold, Address token, int registered, BlockTag at, CancellationToken cancellationToken)
    {
        UInt256? answer = await AskAsync(node, token, AbiCall.Encode("decimals()"), at, cancellationToken);
        if (answer != (UInt256)(ulong)registered)
            await PauseAsync(PauseScope.OfToken(chainId, token),
                $"at block {fold.Number} {token} {(answer is { } now ? $"has {now} decimals" : "does not answer decimals()")}, it was registered with {registered}", cancellationToken);
    }

    async Task CompareAsync(long chainId, Fold fold, Address token, UInt256 held, UInt256 owed, string name, CancellationToken cancellationToken)
    {
        if (held.CompareTo(owed) < 0)
            await PauseAsync(PauseScope.OfToken(chainId, token), $"at block {fold.Number} the escrow holds {held} of {name} and owes {owed}", cancellationToken);
    }

    // More than is owed: somebody sent tokens by a plain transfer, and nobody can bring them back.
    void Stray(long chainId, Address token, UInt256 held, UInt256 owed)
    {
        UInt256 stray = held.CompareTo(owed) > 0 ? held - owed : UInt256.Zero;
        if (_strays.GetValueOrDefault((chainId, token)) == stray) return;
        _strays[(chainId, token)] = stray;
        if (!stray.IsZero) Strays(stray, token, chainId);
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

    [LoggerMessage(80, LogLevel.Error, "ALARM reconciler_difference: a {Scope} is paused: {Difference}")]
    partial void Difference(string scope, string difference);

    [LoggerMessage(81, LogLevel.Warning, "The escrow holds {Amount} of token {Token} on chain {ChainId} that it owes to nobody: sent by a plain transfer")]
    partial void Strays(UInt256 amount, Address token, long chainId);
}
