using System.CommandLine;
using Keystone.Cli.Integrator;
using Keystone.Hosting;
using Keystone.Hosting.Reports;
using Keystone.Keeper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace Keystone.Cli.Doctor;

/// <summary><c>keystone doctor</c>: looks for faults before they are alarms, with the settings of the keeper, which needs everything that can be wrong.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<FileInfo?> config = new("--config") { Description = "Settings of the keeper; default: keystone.json in this folder." };
        Option<bool> json = ApiCommands.Json();
        return new Command("doctor", "Checks clock, database, migrations, nodes, signer, balance, lists, webhooks and processes, and says how each fault is repaired. It changes nothing. Status 1 when there is a fault.")
        {
            config, json,
        }.Runs(async (parsed, cancellationToken) =>
        {
            using IHost host = Open(parsed.GetValue(config) is { } file ? ["--config", file.FullName] : []);
            IReadOnlyList<Verdict> verdicts = await new Checks(host.Services).RunAsync(cancellationToken);
            Write(verdicts, parsed.GetValue(json));
            return verdicts.Any(verdict => verdict.Status == "fault") ? 1 : 0;
        });
    }

    /// <summary>The keeper's parts without their loops.</summary>
    /// <param name="settings">Arguments of the keeper.</param>
    /// <param name="change">Registers other parts; null for none.</param>
    internal static IHost Open(string[] settings, Action<IServiceCollection>? change = null)
    {
        // What the parts would log is said by the checks.
        HostApplicationBuilder builder = KeystoneHost.CreateBuilder([.. settings, "--Log:Level", "Fatal"], KeystoneService.Keeper);
        builder.Services.AddKeeper(builder.Configuration).AddReports();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        change?.Invoke(builder.Services);
        return builder.Build();
    }

    static void Write(IReadOnlyList<Verdict> verdicts, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(verdicts);
            return;
        }
        Table table = Terminal.Table("check", "status", "seen", "to do");
        foreach (Verdict verdict in verdicts)
        {
            string colour = verdict.Status switch { "ok" => "green", "warning" => "yellow", _ => "red" };
            table.AddRow(Terminal.Text(verdict.Check), $"[{colour}]{verdict.Status}[/]", Terminal.Text(LogRedaction.Redact(verdict.Detail)), Terminal.Text(verdict.Fix ?? ""));
        }
        // Sentences are broken to the width of the terminal.
        if (!Console.IsOutputRedirected) foreach (TableColumn column in table.Columns) column.NoWrap = false;
        Terminal.Write(table);
    }
}
