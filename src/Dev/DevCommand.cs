using System.CommandLine;
using Keystone.Cli;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;

namespace Keystone.Dev;

/// <summary><c>keystone dev</c>: the whole system on one machine.</summary>
internal static class DevCommand
{
    public static Command Create()
    {
        Option<bool> demo = new("--demo") { Description = "Runs the examples of the guides first." };
        Option<bool> exit = new("--exit") { Description = "With --demo: exits after the examples, with status 0 if all succeeded." };
        Option<bool> reset = new("--reset") { Description = "Deletes chain, database and credentials of earlier runs." };
        Option<bool> apart = new("--services-apart") { Description = "Starts chain and database only, and prints the commands that start each service as a process of its own." };
        Option<int> port = new("--port") { DefaultValueFactory = _ => 8080, Description = "Port of the API; another free port is used if it is taken. 0 uses any free port." };
        Option<string?> level = new("--log-level") { Description = "Minimum level of the services' logs; default Information, with --demo Warning." };
        Command command = new("dev", "Runs Postgres, a chain with escrow and test tokens, and the three services on this machine.") { demo, exit, reset, apart, port, level, DepositCommand.Create(), EnvCommand.Create() };
        return command.Runs(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(exit) && !parsed.GetValue(demo)) throw new CommandFault("--exit goes with --demo.");
            if (parsed.GetValue(apart) && parsed.GetValue(demo)) throw new CommandFault("--demo needs the services; leave --services-apart out.");
            string home = Path.Combine(KeystoneHome.Open(), "dev");
            if (parsed.GetValue(reset)) Forget(home);
            DevOptions options = new(home)
            {
                ApiPort = parsed.GetValue(port),
                LogLevel = parsed.GetValue(level) ?? (parsed.GetValue(demo) ? "Warning" : "Information"),
            };
            await using DevEnvironment environment = await StartAsync(options, step => Console.WriteLine($"-- {step}"), cancellationToken);
            DevFile system = environment.File;
            if (parsed.GetValue(apart))
            {
                PrintApart(system, Path.Combine(home, "run", "dev.json"));
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return 0;
            }
            Console.WriteLine("-- starting API, indexer and keeper");
            await using ServicesInProcess services = await ServicesInProcess.StartAsync(system, cancellationToken);
            if (parsed.GetValue(demo)) PrintWatching(system);
            int status = parsed.GetValue(demo) ? await DemoRun.PlayAsync(environment, cancellationToken) : 0;
            if (parsed.GetValue(exit)) return status;
            Print(system, environment.ReceiverPort, home);
            try
            {
                await services.WaitForFaultAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine("-- stopping");
                return status;
            }
            throw new CommandFault("A service ended by itself; its last log lines say why.");
        });
    }

    static async Task<DevEnvironment> StartAsync(DevOptions options, Action<string> step, CancellationToken cancellationToken)
    {
        try
        {
            return await DevEnvironment.StartAsync(options, step, cancellationToken);
        }
        catch (InvalidOperationException fault) when (fault is { InnerException: null, Source: "Keystone.Dev.Servers" })
        {
            throw new CommandFault(fault.Message);
        }
    }

    static void Forget(string home)
    {
        if (!Directory.Exists(home)) return;
        try
        {
            using (new FileStream(Path.Combine(home, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
                Directory.Delete(home, recursive: true);
        }
        catch (IOException)
        {
            throw new CommandFault($"keystone dev runs in {home}; end it first.");
        }
    }

    // Before the stories, so that they can be watched as they run.
    static void PrintWatching(DevFile system)
    {
        Console.WriteLine($"-- dashboard {DashboardUrl(system)}; watch the stories there, signed in by these links:");
        foreach (DevMember member in system.Members.DistinctBy(member => member.Platform)) Console.WriteLine($"{member.Platform,-10} {member.Email,-26} {member.SignInUrl}");
    }

    static void Print(DevFile system, int receiverPort, string home)
    {
        Console.WriteLine($"""

            API        {system.ApiUrl}
            dashboard  {DashboardUrl(system)}   each link below signs a member in, for as long as this runs
            chain      {system.RpcUrl} (id {system.ChainId}, a block each second)
            escrow     {system.Escrow}
            """);
        foreach (DevToken token in system.Tokens) Console.WriteLine($"{token.Symbol,-10} {token.Address} ({token.Decimals} decimals; anyone may mint)");
        foreach (DevService service in system.Services) Console.WriteLine($"{service.Name,-10} {service.ManagementUrl}/health/ready  {service.ManagementUrl}/metrics");
        foreach (DevMember member in system.Members) Console.WriteLine($"{member.Platform,-10} {member.Email,-26} {member.SignInUrl}");
        foreach (DevPlatform platform in system.Platforms)
            Console.WriteLine($"{platform.Slug,-10} client_id {platform.ClientId}  client_secret {platform.ClientSecret}");
        Console.WriteLine("\nTo paste, one block after the other in one shell:\n");
        foreach (string block in FirstSteps.Blocks(system, Path.Combine(home, "run", "dev.json"), receiverPort)) Console.WriteLine(block + "\n");
        Console.WriteLine($"Everything is kept in {home}; keystone dev --reset forgets it. Ctrl-C ends.");
    }

    // By name: browsers take a cookie for https alone, and later a passkey, from localhost, and from no address.
    static string DashboardUrl(DevFile system) => new UriBuilder(system.ApiUrl) { Host = "localhost" }.Uri.ToString();

    static void PrintApart(DevFile system, string file)
    {
        Console.WriteLine($"-- ready; everything about this system is in {file}");
        foreach (DevService service in system.Services) Console.WriteLine($"dotnet {service.Assembly} --config {service.SettingsFile}");
        Console.WriteLine("Ctrl-C ends Postgres and the chain.");
    }
}
