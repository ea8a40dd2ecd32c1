using System.CommandLine;
using System.Globalization;
using Keystone.Identity;
using Keystone.Settlements.Audit;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone audit</c>: check.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "The audit trail: chains of hashes for each settlement and reader.") { Check() };

    static Command Check()
    {
        Option<string?> platform = new("--platform") { Description = "Slug of a platform; only with --environment." };
        Option<string?> environment = new("--environment") { Description = "Slug of its environment: only that one's chains. Default: all, the operator's too." };
        return new Command("check", "Verifies every chain and compares settlements, parties and legs with what was recorded. Status 1 when something does not hold.") { platform, environment }
            .OnDatabase(async (source, parsed, cancellationToken) =>
            {
                Guid? only = null;
                if (parsed.GetValue(environment) is { } slug)
                    only = (await new EnvironmentStore(source).FindAsync(parsed.GetValue(platform) ?? throw new CommandFault("--environment needs --platform beside it."), slug, cancellationToken))?.Id
                        ?? throw new CommandFault($"There is no platform {parsed.GetValue(platform)} with an environment {slug}.");
                AuditReport report = await new AuditCheckStore(source).CheckAsync(only, cancellationToken);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Chains} chains, {report.Events} events, {report.Faults.Count} faults"));
                foreach (string fault in report.Faults) Console.WriteLine(fault);
                return report.Faults.Count == 0 ? 0 : 1;
            });
    }
}
