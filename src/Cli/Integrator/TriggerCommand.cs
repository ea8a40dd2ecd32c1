using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;
using Keystone.Client;
using Keystone.Connections;

namespace Keystone.Cli.Integrator;

/// <summary><c>keystone trigger</c>: one sample event, to see what a receiver makes of it.</summary>
internal static class TriggerCommand
{
    const string Test = "webhook.test";

    public static Command Create()
    {
        Argument<string> name = new("event") { Description = $"Name of the event: {string.Join(", ", EventSamples.Names)}." };
        name.CompletionSources.Add(_ => [.. EventSamples.Names.Select(known => new CompletionItem(known))]);
        Option<Uri?> target = UrlOption.CreateOptional("--forward-to", "URL of the receiver on this machine. The sample is signed as keystone listen signs.");
        Option<Guid?> endpoint = new("--endpoint") { Description = $"Id of a webhook endpoint: the sample goes to its URL. The service knows its secret and sends {Test} itself; every other event needs --secret-file." };
        Option<FileInfo?> secret = new("--secret-file") { Description = "File with the secret to sign with. Default: that of keystone listen." };
        Option<bool> json = ApiCommands.Json();
        return new Command("trigger", "Sends a sample event to a receiver. Nothing is stored, and its settlement does not exist.") { name, target, endpoint, secret, json }.OnApi(
            async (client, credential, parsed, cancellationToken) =>
            {
                string wanted = parsed.GetRequiredValue(name);
                string body = EventSamples.Create(wanted, TimeProvider.System.GetUtcNow());
                Uri? url = parsed.GetValue(target);
                if (url is null == parsed.GetValue(endpoint) is null) throw new CommandFault("Give --forward-to or --endpoint, one of the two.");
                FileInfo? file = parsed.GetValue(secret);
                if (parsed.GetValue(endpoint) is { } id)
                {
                    if (file is null) return await TestAsync(client, id, wanted, parsed.GetValue(json), cancellationToken);
                    url = new Uri((await client.GetWebhookAsync(id, cancellationToken)).Url);
                }
                string key = file is null ? ListenSecret.Of(credential) : (await File.ReadAllTextAsync(file.FullName, cancellationToken)).Trim();
                using HttpClient http = new(HostConnector.Handler()) { Timeout = TimeSpan.FromSeconds(15) };
                Forwarded sent = await new Forwarder(http, url!, key, TimeProvider.System).SendAsync(Encoding.UTF8.GetBytes(body), cancellationToken);
                if (parsed.GetValue(json)) Terminal.WriteJsonLine(new { Type = wanted, sent.Id, sent.Status, sent.Milliseconds });
                else Console.WriteLine($"{wanted}  {sent.Id}  {sent.Status} in {sent.Milliseconds} ms");
                return sent.IsTaken ? 0 : 1;
            });
    }

    // The service alone has the secret of an endpoint.
    static async Task<int> TestAsync(KeystoneClient client, Guid endpoint, string wanted, bool json, CancellationToken cancellationToken)
    {
        if (wanted != Test) throw new CommandFault($"The service sends {Test} only; for {wanted} give the endpoint's secret as --secret-file.");
        Client.Models.QueuedEvent queued = await client.TestWebhookAsync(endpoint, cancellationToken);
        if (json) Terminal.WriteJsonLine(queued);
        else Console.WriteLine($"{Test} is on its way to endpoint {endpoint}; its deliveries show what came of it.");
        return 0;
    }
}
