using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Npgsql;

namespace Keystone.SystemBench;

/// <summary>A transaction that the system or a party sent and that was mined.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Raw">Its signed bytes.</param>
/// <param name="DependsOn">Transactions that have to be mined before it is sent. One with a lower nonce has not: the node keeps the order of a sender by itself.</param>
sealed record MinedTransaction(Hash32 Hash, ReadOnlyMemory<byte> Raw, Hash32[] DependsOn)
{
    /// <summary>All successful ones of the blocks behind a number, in their order.</summary>
    public static async Task<MinedTransaction[]> ReadAsync(Started started, Parties parties, long after)
    {
        Dictionary<Hash32, ReadOnlyMemory<byte>> raw = new(parties.Sent);
        await using (NpgsqlCommand select = started.Database.CreateCommand("select hash, raw from transactions.attempt"))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync())
            while (await row.ReadAsync()) raw[new Hash32(row.GetFieldValue<byte[]>(0))] = row.GetFieldValue<byte[]>(1);
        Address escrow = Address.Parse(started.File.Escrow);
        long head = await started.HeadAsync();
        ILookup<Hash32, EscrowEvent> events = (await started.Environment.Node.GetLogsAsync(new LogFilter([escrow], [], after + 1, head), CancellationToken.None))
            .Select(log => (log.TransactionHash, Event: EscrowLogs.Decode(DevEnvironment.ChainId, log))).Where(one => one.Event is not null).ToLookup(one => one.TransactionHash, one => one.Event!);
        // Where each settlement stands: its registration, and its deposits.
        Dictionary<Hash32, Hash32> registered = [];
        Dictionary<Hash32, List<Hash32>> deposited = [];
        List<MinedTransaction> mined = [];
        for (long number = after + 1; number <= head; number++)
        {
            JsonNode block = (await started.AskAsync("eth_getBlockByNumber", $"0x{number:x}", true))!;
            foreach (JsonNode? transaction in block["transactions"]!.AsArray())
            {
                Hash32 hash = Hash32.Parse((string)transaction!["hash"]!);
                if (!raw.TryGetValue(hash, out ReadOnlyMemory<byte> bytes)) throw new InvalidOperationException($"{hash} is of neither the keeper nor a party.");
                HashSet<Hash32> needs = [];
                foreach (EscrowEvent happened in events[hash])
                    switch (happened)
                    {
                        case EscrowEvent.Registered one: registered[one.Id] = hash; break;
                        case EscrowEvent.Deposited one:
                            needs.Add(registered[one.Id]);
                            (deposited.TryGetValue(one.Id, out List<Hash32>? known) ? known : deposited[one.Id] = []).Add(hash);
                            break;
                        case EscrowEvent.Executed one: needs.UnionWith(deposited[one.Id]); break;
                    }
                needs.Remove(hash);
                mined.Add(new MinedTransaction(hash, bytes, [.. needs]));
            }
        }
        return [.. mined];
    }
}
