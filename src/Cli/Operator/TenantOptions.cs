using System.CommandLine;
using Keystone.Identity;

namespace Keystone.Cli.Operator;

/// <summary>Options that name a platform and its environment, and the way to them.</summary>
internal sealed class TenantOptions
{
    public Option<string> Platform { get; } = new("--platform") { Required = true, Description = "Slug of the platform." };

    public Option<string> Environment { get; } = new("--environment") { DefaultValueFactory = _ => "sandbox", Description = "Slug of the environment." };

    /// <summary>The environment that the options name.</summary>
    /// <exception cref="CommandFault">There is none.</exception>
    public async Task<PlatformEnvironment> FindAsync(Npgsql.NpgsqlDataSource source, ParseResult parsed, CancellationToken cancellationToken)
    {
        (string platform, string environment) = (parsed.GetRequiredValue(Platform), parsed.GetRequiredValue(Environment));
        return await new EnvironmentStore(source).FindAsync(platform, environment, cancellationToken)
            ?? throw new CommandFault($"There is no platform {platform} with an environment {environment}.");
    }
}
