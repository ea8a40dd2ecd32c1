using System.CommandLine;
using Keystone.Client;
using Keystone.Connections;

namespace Keystone.Cli.Integrator;

/// <summary>
/// The API and the credential of a command. A secret is a file or a variable: what is on a command line can be read by every process of the machine. The variables are those that
/// <c>keystone dev env</c> prints.
/// </summary>
internal sealed class ApiOptions
{
    readonly Option<Uri?> _url = UrlOption.CreateOptional("--api-url", "URL of the API; default: the variable KEYSTONE_URL.");
    readonly Option<string?> _client = new("--client-id") { Description = "Client id of a credential of your environment; default: the variable CLIENT_ID." };
    readonly Option<FileInfo?> _secret = new("--client-secret-file") { Description = "File with the credential's secret; default: the variable CLIENT_SECRET." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_url, _client, _secret]) command.Options.Add(option);
    }

    /// <summary>What options and variables say.</summary>
    /// <exception cref="CommandFault">Something is missing; the message names it.</exception>
    public async Task<ApiCredential> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? named = Environment.GetEnvironmentVariable("KEYSTONE_URL");
        Uri? url = parsed.GetValue(_url) ?? (Uri.TryCreate(named, UriKind.Absolute, out Uri? read) && read.Scheme is "http" or "https" ? read : null);
        string? client = parsed.GetValue(_client) ?? Environment.GetEnvironmentVariable("CLIENT_ID");
        string? secret = parsed.GetValue(_secret) is { } file ? (await File.ReadAllTextAsync(file.FullName, cancellationToken)).Trim() : Environment.GetEnvironmentVariable("CLIENT_SECRET");
        if (url is null) throw new CommandFault("Give --api-url, or the URL of the API as the variable KEYSTONE_URL.");
        if (string.IsNullOrEmpty(client)) throw new CommandFault("Give --client-id, or the client id as the variable CLIENT_ID.");
        if (string.IsNullOrEmpty(secret)) throw new CommandFault("Give --client-secret-file, or the secret of the credential as the variable CLIENT_SECRET.");
        return new ApiCredential(url, client, secret);
    }
}

/// <summary>Runs commands over the API.</summary>
internal static class ApiCommands
{
    /// <summary>Runs a command with a client of the API that its options name.</summary>
    public static Command OnApi(this Command command, Func<KeystoneClient, ApiCredential, ParseResult, CancellationToken, Task<int>> action)
    {
        ApiOptions options = new();
        options.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            ApiCredential credential = await options.ReadAsync(parsed, cancellationToken);
            using HttpClient http = new(HostConnector.Handler());
            using KeystoneClient client = new(http, new KeystoneClientOptions { Url = credential.Url, ClientId = credential.ClientId, ClientSecret = credential.ClientSecret });
            return await action(client, credential, parsed, cancellationToken);
        });
    }

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Writes JSON with the members of the API, for programs." };
}
