using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Web3;

namespace Keystone.Dev.Demo;

/// <summary>What anyone can see on the chain. The stories are judged by it, never by our database.</summary>
internal sealed class ChainView(IEthereumNode node, long chainId, Address escrow)
{
    public IEthereumNode Node => node;

    public Address Escrow => escrow;

    /// <summary>Balance of an ERC-20 in smallest units.</summary>
    public async Task<UInt256> BalanceAsync(Address token, Address owner, CancellationToken cancellationToken) =>
        UInt256.FromBigInteger(await NodeWeb3.Create(node, cancellationToken).Eth.GetContractHandler(token.ToString())
            .QueryAsync<BalanceOfFunction, BigInteger>(new BalanceOfFunction { Owner = owner.ToString() }));

    /// <summary>The escrow's events of a settlement, in chain order, with the transactions that caused them.</summary>
    public async Task<IReadOnlyList<(EscrowEvent Event, LogEntry Log)>> EventsAsync(Hash32 id, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogEntry> logs = await LogsAsync([null, [id]], cancellationToken);
        return [.. logs.Select(log => (EscrowLogs.Decode((ulong)chainId, log) ?? throw new StoryFault($"The escrow emitted a log that cannot be read, in {log.TransactionHash}."), log))];
    }

    /// <summary>The terms as they were published.</summary>
    public async Task<EscrowTerms> TermsAsync(Hash32 id, CancellationToken cancellationToken)
    {
        foreach ((EscrowEvent happened, _) in await EventsAsync(id, cancellationToken))
            if (happened is EscrowEvent.Registered registered) return registered.Terms;
        throw new StoryFault($"The terms of {id} are not on the chain.");
    }

    /// <summary>Everything that the escrow ever said of a platform's settlement, by the id that the terms carry.</summary>
    public async Task<int> CountByReferenceAsync(Guid settlement, CancellationToken cancellationToken)
    {
        byte[] reference = [.. settlement.ToByteArray(bigEndian: true), .. new byte[16]];
        IReadOnlyList<LogEntry> registered = await LogsAsync([[EscrowLogs.Registered, EscrowLogs.Opened]], cancellationToken);
        return registered.Count(log => log.Data.Span.IndexOf(reference) >= 0);
    }

    async Task<IReadOnlyList<LogEntry>> LogsAsync(IReadOnlyList<IReadOnlyList<Hash32>?> topics, CancellationToken cancellationToken)
    {
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new StoryFault("The chain has no head.");
        return await node.GetLogsAsync(new LogFilter([escrow], topics, 0, head.Number), cancellationToken);
    }
}
