namespace Keystone.IndexerBench;

/// <summary>The node replaces its last 64 blocks, with 100 logs each, by empty ones; from the look that finds it to the mirror at the new head.</summary>
internal static class Rollback
{
    public const int Depth = 64;
    const int LogsEach = 100;

    public static async Task<List<double>> MeasureAsync(Database database, int rounds)
    {
        await using EscrowChain chain = await EscrowChain.EmptyAsync();
        string connectionString = await database.CreateAsync();
        List<double> figures = [];
        await using (Mirror mirror = await Mirror.BeginAsync(chain, connectionString, "receipts", null, ("Chains:0:FinalityDepth", "200")))
        {
            await chain.MineAsync(250);
            await mirror.FollowAsync();
            int cohort = 0;
            for (int round = 0; round < rounds; round++)
            {
                for (int block = 0; block < Depth; block++)
                {
                    // Of each settlement all four events in one block: a hundred logs of 25 settlements.
                    for (int stage = 0; stage < EscrowChain.EventsEach; stage++) await chain.SendAsync(EscrowChain.Stage(cohort, stage));
                    cohort++;
                    await chain.MineAsync();
                }
                await mirror.FollowAsync();
                long head = await chain.HeadAsync();
                await Mirror.RequireAsync(connectionString, $"select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where b.canonical and b.number > {head - Depth}", Depth * LogsEach);
                await chain.ReorgAsync(Depth);
                figures.Add((await mirror.FollowAsync()).TotalMilliseconds);
                await Mirror.RequireAsync(connectionString, "select count(*) from chain.escrow", 0);
                // The transactions that the reorg gave back go into blocks that count for nothing.
                await chain.AskAsync("anvil_dropAllTransactions");
                await chain.ForgetNonceAsync();
                await chain.MineAsync(210);
                await mirror.FollowAsync();
            }
        }
        await database.DropAsync(connectionString);
        return figures;
    }
}
