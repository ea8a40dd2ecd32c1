using System.CommandLine;
using System.Globalization;
using Keystone.Identity;
using Keystone.Identity.Credentials;
using Keystone.Identity.Errors;
using Keystone.Postgres;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone credential</c>: list, create, rotate, revoke.</summary>
internal static class CredentialCommand
{
    const int Page = 200;

    public static Command Create() => new("credential", "Manages the credentials of an environment.") { List(), CreateCredential(), Rotate(), Revoke() };

    static Command List()
    {
        TenantOptions tenant = new();
        return new Command("list", "Lists the credentials of an environment, revoked ones too.") { tenant.Platform, tenant.Environment }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid environment = (await tenant.FindAsync(source, parsed, cancellationToken)).Id;
            foreach (CredentialView one in (await new EnvironmentCredentialStore(source, TimeProvider.System).ListAsync(environment, Page, 0, cancellationToken)).Items)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{one.ClientId}  {one.Status,-8}  {one.Secrets.Count} secrets  made {Timestamps.Seconds(one.CreatedAt)}  last used {(one.LastUsedAt is { } used ? Timestamps.Seconds(used) : "never"),-20}  {string.Join(' ', one.Scopes)}"));
            return 0;
        });
    }

    static Command CreateCredential()
    {
        TenantOptions tenant = new();
        Option<string[]> scopes = new("--scope")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = $"Scopes, of {string.Join(", ", Scopes.OfTenants.Select(scope => scope.Name))}; default: {string.Join(", ", Scopes.Default)}.",
        };
        Option<string?> name = new("--name") { Description = "Name for people." };
        Option<DateTimeOffset?> end = new("--expires-at") { Description = "End of its validity, with an offset; default: none." };
        return new Command("create", "Makes a credential and prints its secret, which cannot be printed again.") { tenant.Platform, tenant.Environment, scopes, name, end }
            .OnDatabase(async (source, parsed, cancellationToken) =>
            {
                Guid environment = (await tenant.FindAsync(source, parsed, cancellationToken)).Id;
                CreatedCredential made = (await new EnvironmentCredentialStore(source, TimeProvider.System).CreateAsync(environment, Actor.Operator,
                    parsed.GetValue(scopes) is { Length: > 0 } asked ? asked : [.. Scopes.Default], parsed.GetValue(name), parsed.GetValue(end), new MemberFaults(), cancellationToken)).Require();
                PlatformCommand.Print(new NewCredential(made.Credential.ClientId, made.ClientSecret));
                return 0;
            });
    }

    static Command Rotate()
    {
        TenantOptions tenant = new();
        Argument<string> client = new("client_id");
        Option<long?> overlap = new("--overlap-seconds") { Description = $"Time for which the present secret stays valid; default: {EnvironmentCredentialStore.DefaultOverlapSeconds}." };
        return new Command("rotate", "Gives a credential a new secret and prints it, once.") { client, tenant.Platform, tenant.Environment, overlap }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid environment = (await tenant.FindAsync(source, parsed, cancellationToken)).Id;
            CreatedCredential rotated = (await new EnvironmentCredentialStore(source, TimeProvider.System).RotateAsync(
                environment, Actor.Operator, parsed.GetRequiredValue(client), parsed.GetValue(overlap), new MemberFaults(), cancellationToken)).Require();
            PlatformCommand.Print(new NewCredential(rotated.Credential.ClientId, rotated.ClientSecret));
            return 0;
        });
    }

    static Command Revoke()
    {
        TenantOptions tenant = new();
        Argument<string> client = new("client_id");
        return new Command("revoke", "Revokes a credential; its tokens are rejected within seconds.") { client, tenant.Platform, tenant.Environment }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid environment = (await tenant.FindAsync(source, parsed, cancellationToken)).Id;
            if (await new EnvironmentCredentialStore(source, TimeProvider.System).RevokeAsync(environment, Actor.Operator, parsed.GetRequiredValue(client), cancellationToken) is { } error) throw error.ToException();
            Console.WriteLine($"revoked {parsed.GetRequiredValue(client)}");
            return 0;
        });
    }
}
