using System.CommandLine;
using Keystone.Identity;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone environment</c>: create.</summary>
internal static class EnvironmentCommand
{
    const long Sepolia = 11155111;

    public static Command Create() => new("environment", "Environments of a platform: sandbox and production live under one slug.") { CreateEnvironment() };

    static Command CreateEnvironment()
    {
        OwnerDatabase database = new();
        Option<string> platform = new("--platform") { Required = true, Description = "Slug of the platform." };
        Option<string> slug = new("--slug") { Required = true, Description = "Slug of the environment: lower-case letters, digits and hyphens." };
        Option<string?> kind = new("--kind") { Description = "sandbox or production; default: production for an environment of that name, else sandbox." };
        Option<long> chain = new("--chain-id") { DefaultValueFactory = _ => Sepolia, Description = "EIP-155 id of the chain on which it settles." };
        Command command = new("create", "Creates one more environment of a platform and prints its first credential, once.") { platform, slug, kind, chain };
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(slug);
            await using NpgsqlDataSource source = StorageRegistration.Open(database.Read(parsed));
            PlatformCommand.Print(await new PlatformStore(source, TimeProvider.System).CreateEnvironmentAsync(parsed.GetRequiredValue(platform), name,
                parsed.GetValue(kind) ?? (name == "production" ? "production" : "sandbox"), parsed.GetValue(chain), cancellationToken));
            return 0;
        });
    }
}
