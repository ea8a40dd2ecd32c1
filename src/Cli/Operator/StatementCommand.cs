using System.CommandLine;
using System.Globalization;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Statements;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone statement</c>: the statements of all environments against the chain.</summary>
internal static class StatementCommand
{
    public static Command Create() => new("statement", "Daily statements: what the escrow held for each environment, token and wallet.") { Check() };

    static Command Check()
    {
        Option<string?> config = new("--config") { Description = "Settings file of the indexer or the keeper; default: keystone.json in this folder." };
        Option<string?> database = new("--database") { Description = "Connection string; default: Storage:ConnectionString of the settings." };
        Option<string?> date = new("--date") { Description = "Day, UTC, as 2026-11-29; default: yesterday." };
        return new Command("check", "Compares the statements of all environments on a day with the balances of the contract and with the logs of the tokens. Exit code 1 when something differs, 2 when balances could not be read.")
        {
            config, database, date,
        }.Runs(async (parsed, cancellationToken) =>
        {
            DateOnly day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);
            if (parsed.GetValue(date) is { } text && !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
                throw new CommandFault($"--date {text} is no day such as 2026-11-29.");
            using IHost host = MirrorCommand.Open(parsed.GetValue(config), parsed.GetValue(database));
            NpgsqlDataSource source = host.Services.GetRequiredService<NpgsqlDataSource>();
            IEthereumNodes nodes = host.Services.GetRequiredService<IEthereumNodes>();
            int code = 0;
            foreach (ChainOptions chain in nodes.Chains)
            {
                if (await new CheckStatement(new StatementCheckStore(source), nodes).ExecuteAsync(chain.ChainId, day, cancellationToken) is not { } check)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chain {chain.ChainId}: nothing is mirrored"));
                    continue;
                }
                await PrintAsync(check, new EnvironmentStore(source), cancellationToken);
                code = check.Breaks.Count > 0 ? 1 : check.BalancesRead || code == 1 ? code : 2;
            }
            return code;
        });
    }

    static async Task PrintAsync(StatementCheck check, EnvironmentStore environments, CancellationToken cancellationToken)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"chain {check.ChainId}  {check.Day:yyyy-MM-dd}  opening {Name(check.Opening)}  closing {Name(check.Closing)}{(check.Final ? "" : "  (can still change)")}"));
        Dictionary<Guid, string> names = [];
        foreach (StatementClosing one in check.Accounts)
        {
            string owner = "not of this system";
            if (one.Environment is { } id && !names.TryGetValue(id, out owner!))
                names[id] = owner = await environments.FindAsync(id, cancellationToken) is { } found ? $"{found.PlatformSlug}/{found.Slug}" : id.ToString();
            Console.WriteLine($"  {owner,-32} {one.Wallet} {one.Token}{(one.TokenId.IsZero ? "" : " id " + one.TokenId)} {one.Amount.ToString(CultureInfo.InvariantCulture)}");
        }
        foreach (StatementSum sum in check.Tokens)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  sum of {sum.Token}{(sum.TokenId is { } id ? " id " + id : "")}: closings {sum.Closings}, strays {sum.Strays}, contract {sum.Balance?.ToString(CultureInfo.InvariantCulture) ?? "not read"}"));
        foreach (MirroredStray stray in check.Strays)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  stray {stray.Amount} of {stray.Token} from {stray.Sender} in transaction {stray.Transaction}"));
        if (!check.BalancesRead) Console.WriteLine("  balances were not compared: the node has the state of the closing block no more");
        foreach (StatementBreak one in check.Breaks)
            Console.WriteLine($"  {one.Kind}{(one.Token is null ? "" : $" of {one.Token}")}{(one.Transaction is { } hash ? $" in transaction {hash}" : "")}: {one.Detail}");
        Console.WriteLine(check.Breaks.Count == 0 ? "  reconciled" : string.Create(CultureInfo.InvariantCulture, $"  {check.Breaks.Count} differences"));
    }

    static string Name(LedgerBlock? block) => block is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{block.Number} {block.Hash} {Timestamps.Seconds(block.Time.ToDateTime())}");
}
