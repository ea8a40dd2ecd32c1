using System.CommandLine;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Operations;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone pause</c>: the stop button. Registrations and swaps only; nothing holds up a refund.</summary>
internal static class PauseCommand
{
    public static Command Create() => new("pause", "Pauses registrations and swaps. Cancellations and refunds continue.") { Set(), List(), Lift() };

    static Command Set()
    {
        Option<bool> all = new("--all") { Description = "All settlements." };
        Option<string?> environment = new("--environment") { Description = "All settlements of one environment, written as platform/environment." };
        Option<string?> token = new("--token") { Description = "All settlements with a leg of this token; needs --chain-id." };
        Option<long?> chain = new("--chain-id") { Description = "EIP-155 id of the token's chain." };
        Option<string> reason = new("--reason") { Required = true, Description = "Reason; shown with each settlement that waits because of the pause." };
        return new Command("set", "Pauses one of: --all, --environment, --token.") { all, environment, token, chain, reason }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            PauseScope what = (parsed.GetValue(all), parsed.GetValue(environment), parsed.GetValue(token)) switch
            {
                (true, null, null) => PauseScope.All,
                (false, { } slugs, null) => PauseScope.OfEnvironment(await EnvironmentAsync(new EnvironmentStore(source), slugs, cancellationToken)),
                (false, null, { } address) => PauseScope.OfToken(
                    parsed.GetValue(chain) ?? throw new CommandFault("--token needs --chain-id."),
                    Address.TryParse(address, out Address value) ? value
                        : throw new CommandFault("--token must be 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum.")),
                _ => throw new CommandFault("Name one of --all, --environment and --token."),
            };
            bool done = await new PauseStore(source, TimeProvider.System).SetAsync(what, parsed.GetRequiredValue(reason), "operator", cancellationToken);
            Console.WriteLine(done ? "paused" : "was paused before");
            return 0;
        });
    }

    static Command List() => new Command("list", "Lists the pauses in force.").OnDatabase(async (source, _, cancellationToken) =>
    {
        foreach (Pause pause in await new PauseStore(source, TimeProvider.System).ActiveAsync(cancellationToken))
        {
            string what = pause.What.Scope switch
            {
                "environment" => $"environment {pause.What.Environment}",
                "token" => $"token {pause.What.Token} on chain {pause.What.ChainId}",
                "settlement" => $"escrow {pause.What.EscrowId}",
                _ => "everything",
            };
            Console.WriteLine($"{pause.Id}  {Timestamps.Seconds(pause.CreatedAt)}  by {pause.SetBy}  {what}: {pause.Reason}");
        }
        return 0;
    });

    static Command Lift()
    {
        Argument<Guid> id = new("pause_id") { Description = "Id of the pause, as listed." };
        return new Command("lift", "Lifts a pause.") { id }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            if (!await new PauseStore(source, TimeProvider.System).LiftAsync(parsed.GetRequiredValue(id), cancellationToken))
                throw new CommandFault($"There is no pause {parsed.GetRequiredValue(id)} in force.");
            Console.WriteLine("lifted");
            return 0;
        });
    }

    static async Task<Guid> EnvironmentAsync(EnvironmentStore environments, string slugs, CancellationToken cancellationToken)
    {
        string[] parts = slugs.Split('/');
        if (parts.Length != 2) throw new CommandFault("--environment must be the slugs of platform and environment, for example platform-a/sandbox.");
        return (await environments.FindAsync(parts[0], parts[1], cancellationToken))?.Id ?? throw new CommandFault($"There is no environment {slugs}.");
    }
}
