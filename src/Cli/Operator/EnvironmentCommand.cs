using System.CommandLine;
using Keystone.Identity;
using Keystone.Identity.Environments;
using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone environment</c>: create, list, set, deactivate, activate.</summary>
internal static class EnvironmentCommand
{
    const long Sepolia = 11155111;
    const int Page = 200;

    public static Command Create() => new("environment", "Environments of a platform: sandbox and production live under one slug.")
    {
        CreateEnvironment(), List(), Set(), Activate("deactivate", "Keeps the credentials of an environment out within seconds; its data stays.", false),
        Activate("activate", "Lets the credentials of an environment in again.", true),
    };

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

    static Command List()
    {
        Option<string> platform = new("--platform") { Required = true, Description = "Slug of the platform." };
        return new Command("list", "Lists the environments of a platform.") { platform }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid id = await new Keystone.Identity.Platforms.PlatformAccountStore(source, TimeProvider.System).IdAsync(parsed.GetRequiredValue(platform), cancellationToken);
            foreach (PlatformEnvironmentView one in (await new EnvironmentAccountStore(source, TimeProvider.System).ListAsync(id, Page, 0, cancellationToken)).Items) Print(one);
            return 0;
        });
    }

    static Command Set()
    {
        TenantOptions tenant = new();
        Option<string?> name = new("--name") { Description = "Name for people." }, version = new("--api-version") { Description = $"One of {string.Join(", ", ApiVersions.All)}." };
        Option<long?> timeout = new("--default-timeout-seconds") { Description = "Time of a settlement whose request names none." },
            rate = new("--rate-limit") { Description = "Requests a minute." }, open = new("--max-open-settlements") { Description = "Most settlements open at once." },
            hour = new("--max-registrations-per-hour") { Description = "Most settlements made in an hour." },
            hold = new("--compliance-min-hold") { Description = "Seconds: a settlement that the lists stop ends after a random time up to this." };
        Option<bool?> eyes = new("--four-eyes") { Description = "What needs a second person gets one." }, wallets = new("--wallets-required") { Description = "Parties use registered wallets only." },
            disclose = new("--disclose-names") { Description = "Counterparties read names before they confirm." };
        Option<string[]> origins = new("--cors-origin") { AllowMultipleArgumentsPerToken = true, Description = "Origins of browsers that may call, in place of those before; one empty text: none." };
        return new Command("set", "Changes an environment; what is not named stays.")
        {
            tenant.Platform, tenant.Environment, name, version, timeout, rate, open, hour, eyes, wallets, disclose, hold, origins,
        }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            PlatformEnvironment found = await tenant.FindAsync(source, parsed, cancellationToken);
            string[]? listed = parsed.GetValue(origins) is { Length: > 0 } sent ? [.. sent.Where(origin => origin.Length > 0)] : null;
            Print((await new EnvironmentAccountStore(source, TimeProvider.System).UpdateAsync(found.PlatformId, Actor.Operator, found.Id, new EnvironmentChanges
            {
                Name = parsed.GetValue(name),
                ApiVersion = parsed.GetValue(version),
                DefaultTimeoutSeconds = parsed.GetValue(timeout),
                RateLimitRpm = parsed.GetValue(rate),
                MaxOpenSettlements = parsed.GetValue(open),
                MaxRegistrationsPerHour = parsed.GetValue(hour),
                FourEyes = parsed.GetValue(eyes),
                WalletsRequired = parsed.GetValue(wallets),
                DiscloseNameBeforeConfirmation = parsed.GetValue(disclose),
                ComplianceMinHold = parsed.GetValue(hold),
                CorsOrigins = listed,
            }, new MemberFaults(), cancellationToken)).Require());
            return 0;
        });
    }

    static Command Activate(string verb, string about, bool active)
    {
        TenantOptions tenant = new();
        return new Command(verb, about) { tenant.Platform, tenant.Environment }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            PlatformEnvironment found = await tenant.FindAsync(source, parsed, cancellationToken);
            Print((await new EnvironmentAccountStore(source, TimeProvider.System).UpdateAsync(
                found.PlatformId, Actor.Operator, found.Id, new EnvironmentChanges { IsActive = active }, new MemberFaults(), cancellationToken)).Require());
            return 0;
        });
    }

    static void Print(PlatformEnvironmentView one) => Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{one.Slug,-20}  {one.Kind,-10}  chain {one.ChainId}  {(one.IsActive ? "active" : "inactive"),-8}  {one.RateLimitRpm} requests a minute  version {one.ApiVersion}{(one.FourEyes ? "  four eyes" : "")}{(one.WalletsRequired ? "  wallets required" : "")}"));
}
