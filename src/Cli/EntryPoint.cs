using System.CommandLine;
using System.Globalization;
using Keystone.Cli.Deploy;
using Keystone.Cli.Doctor;
using Keystone.Cli.Integrator;
using Keystone.Cli.Operator;
using Keystone.Hosting;

namespace Keystone.Cli;

internal static class EntryPoint
{
    internal const string About = "Keystone OS: delivery versus payment on an EVM chain. Settings come from keystone.json, KEYSTONE__SECTION__KEY and options.";

    internal static Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return RunAsync(new RootCommand(About), args);
    }

    /// <summary>Runs what the arguments say: one of the operator's commands, or one that <paramref name="root"/> brings along.</summary>
    internal static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        if (GlobalizationSupport.Missing is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return 1;
        }
        AddCommands(root);
        // A stop waits for the children; they end within seconds, and the leash ends them in any case.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    /// <summary>Adds the operator's commands.</summary>
    internal static RootCommand AddCommands(RootCommand root)
    {
        foreach (Command command in (Command[])
            [
                MigrateCommand.Create(),
                ProvisionCommand.Create(),
                OperatorCommand.Create(),
                PlatformCommand.Create(),
                TenantCommands.CreateMember(),
                EnvironmentCommand.Create(),
                CredentialCommand.Create(),
                MirrorCommand.Create(),
                MirrorCommand.CreateReindex(),
                SettlementsCommand.Create(),
                PauseCommand.Create(),
                SenderCommand.Create(),
                WebhooksCommand.Create(),
                AuditCommand.Create(),
                StatementCommand.Create(),
                IsoCommand.Create(),
                ComplianceCommand.Create(),
                BackupCommand.Create(),
                BackupCommand.CreateRestore(),
                BackupCommand.CreateVerify(),
                DeployCommand.Create(),
                DoctorCommand.Create(),
                ListenCommand.Create(),
                TriggerCommand.Create(),
                DepositCommand.Create(),
                CompletionCommand.Create(),
            ])
        {
            root.Add(command);
        }
        return root;
    }
}
