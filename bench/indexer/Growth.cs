namespace Keystone.IndexerBench;

/// <summary>
/// What a real 20,000 events cost beside 100,000 older ones and beside 2,000,000. The older ones stand in the place of the chain's first blocks: written by
/// SQL, with settlements, legs and feed, in the proportions of the real ones.
/// </summary>
internal static class Growth
{
    public const int Few = 100_000, Many = 2_000_000;

    /// <summary>Blocks that hold 20,000 events.</summary>
    const int Part = 400;

    public static async Task<Bench.Comparison> MeasureAsync(EscrowChain chain, Database database, int rounds, long last)
    {
        long first = last - Part * rounds;
        await using Grown few = await Grown.BeginAsync(chain, database, first, Few), many = await Grown.BeginAsync(chain, database, first, Many);
        return await Bench.Series.CompareAsync(rounds, round => many.TakeAsync(first + (round + 1) * Part), round => few.TakeAsync(first + (round + 1) * Part));
    }

    sealed class Grown : IAsyncDisposable
    {
        readonly Database _database;
        readonly string _connectionString;
        readonly Mirror _mirror;
        readonly Height _height;

        Grown(Database database, string connectionString, Mirror mirror, Height height) =>
            (_database, _connectionString, _mirror, _height) = (database, connectionString, mirror, height);

        public static async Task<Grown> BeginAsync(EscrowChain chain, Database database, long blocks, int older)
        {
            string connectionString = await database.CreateAsync();
            Height height = new() { Value = blocks };
            // The identity first, then the older rows up to a real block.
            await using (Mirror _ = await Mirror.BeginAsync(chain, connectionString, "receipts", () => height.Value))
            {
                string hash = (await chain.AskAsync("eth_getBlockByNumber", $"0x{blocks:x}", false)).GetProperty("hash").GetString()!;
                await FillAsync(connectionString, chain, blocks, older, hash[2..]);
            }
            return new Grown(database, connectionString, await Mirror.BeginAsync(chain, connectionString, "receipts", () => height.Value), height);
        }

        /// <summary>Milliseconds of the events up to a height.</summary>
        public async Task<double> TakeAsync(long to)
        {
            _height.Value = to;
            return (await _mirror.FollowAsync()).TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            await _mirror.DisposeAsync();
            await _database.DropAsync(_connectionString);
        }
    }

    sealed class Height
    {
        public long Value { get; set; }
    }

    static async Task FillAsync(string connectionString, EscrowChain chain, long blocks, int older, string head)
    {
        string escrow = chain.Escrow.ToString()[2..];
        long each = older / blocks + 1;
        string sql = $"""
            set session_replication_role = replica;
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof)
              select case when n = {blocks} then '\x{head}'::bytea else sha256(('block' || n)::bytea) end, {EscrowChain.ChainId}, n, sha256(('block' || n - 1)::bytea), n, true, 'receipts'
              from generate_series(1, {blocks}) n;
            insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id)
              select case when b = {blocks} then '\x{head}'::bytea else sha256(('block' || b)::bytea) end, (i % {each})::int, {EscrowChain.ChainId}, sha256(('tx' || i / 10)::bytea), (i % {each} / 10)::int,
                '\x{escrow}'::bytea, array[sha256('topic'), id, sha256('account')], decode(repeat('00', case i % 4 when 0 then 800 when 3 then 32 else 288 end), 'hex'), true, id
              from (select i, i / {each} + 1 as b, sha256(('escrow' || i / 4)::bytea) as id from generate_series(0, {older} - 1) i) rows;
            insert into chain.escrow (chain_id, escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx, executed_block, executed_tx, legs)
              select {EscrowChain.ChainId}, sha256(('escrow' || i)::bytea), '\x{escrow}'::bytea, sha256(('ref' || i)::bytea), 2, true, 4000000000, i * 4 / {each} + 1, i * 4 / {each} + 1,
                sha256(('tx' || i)::bytea), i * 4 / {each} + 1, sha256(('tx' || i)::bytea),
                array_fill(row('\x{escrow}'::bytea, 0, 1000000000000000000, '\x{escrow}'::bytea, '\x{escrow}'::bytea, '\x{escrow}'::bytea, 'released',
                  i * 4 / {each} + 1, sha256(('tx' || i)::bytea), 1, i * 4 / {each} + 1, sha256(('tx' || i)::bytea), 1)::chain.leg, array[2])
              from generate_series(0, {older} / 4 - 1) i;
            insert into chain.step (chain_id, revision, retracted, applied)
              select {EscrowChain.ChainId}, i / 2500 + 1, array[]::bytea[], array_agg(sha256(('escrow' || i)::bytea)) from generate_series(0, {older} / 4 - 1) i group by 2;
            update chain.position set number = {blocks}, hash = '\x{head}', head_time = {blocks}, finalized = {blocks}, finalized_time = {blocks}, revision = {older} / 4 / 2500 + 1;
            set session_replication_role = origin;
            analyze;
            checkpoint
            """;
        await Database.ScalarAsync(connectionString, sql);
        Console.WriteLine($"     {older} older events written");
    }
}
