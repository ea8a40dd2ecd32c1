namespace Keystone.IndexerBench;

/// <summary>The node replaces its last 64 blocks, with 100 logs each, by empty ones; from the look that finds it to the mirror at the new head.</summary>
internal static class Rollback
{
    public const int Depth = 64;
    const int LogsEach = 100;

    public static async Task<List<double>> MeasureAsync(Database database, int rounds)
    {
        List<double> figures = [];
        for (int round = 0; round < rounds; round++) figures.Add(await MeasureAsync(database));
        return figures;
    }

    // On a chain of its own: after some deep reorgs the node no longer has code that was placed there without a transaction.
    static async Task<double> MeasureAsync(Database database)
    {
        await using EscrowChain chain = await EscrowChain.EmptyAsync();
        string connectionString = await database.CreateAsync();
        double figure;
        await using (Mirror mirror = await Mirror.BeginAsync(chain, connectionString, "receipts", null, ("Chains:0:FinalityDepth", "200")))
        {
            await chain.MineAsync(250);
            await mirror.FollowAsync();
            for (int cohort = 0; cohort < Depth; cohort++)
            {
                // Of each settlement all four events in one block: a hundred logs of 25 settlements.
                for (int stage = 0; stage < EscrowChain.EventsEach; stage++) await chain.SendAsync(EscrowChain.Stage(cohort, stage));
                await chain.MineAsync();
            }
            await mirror.FollowAsync();
            long head = await chain.HeadAsync();
            await Mirror.RequireAsync(connectionString, $"select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where b.canonical and b.number > {head - Depth}", Depth * LogsEach);
            await chain.ReorgAsync(Depth);
            figure = (await mirror.FollowAsync()).TotalMilliseconds;
            await Mirror.RequireAsync(connectionString, "select count(*) from chain.escrow", 0);
        }
        await database.DropAsync(connectionString);
        return figure;
    }
}
