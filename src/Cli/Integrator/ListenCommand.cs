using System.CommandLine;
using System.Globalization;
using Keystone.Client;
using Keystone.Connections;

namespace Keystone.Cli.Integrator;

/// <summary><c>keystone listen</c>: webhooks on the own machine, which no service can reach, over the feed of events.</summary>
internal static class ListenCommand
{
    static readonly TimeSpan UnreachedDelay = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        Option<Uri?> target = UrlOption.CreateOptional("--forward-to", "URL of the receiver, such as http://127.0.0.1:4242/webhooks. Default: the events are printed only.");
        Option<string?> types = new("--events") { Description = "Names and patterns of the events, such as settlement.state.*, separated by commas. Default: all." };
        types.CompletionSources.Add(_ => [.. Webhooks.EventPattern.Known.Select(name => new System.CommandLine.Completions.CompletionItem(name))]);
        Option<long?> after = new("--after") { Description = "Position of the last event that you have; 0 for the first that is kept. Default: only what comes from now on." };
        Option<bool> print = new("--print-secret") { Description = "Prints the secret that the webhooks are signed with, and ends." };
        Option<bool> json = ApiCommands.Json();
        return new Command("listen", "Sends the events of your environment to a receiver on this machine, each with the bytes and signatures of a webhook, and goes on where it was after a cut.")
        {
            target, types, after, print, json,
        }.OnApi(async (client, credential, parsed, cancellationToken) =>
        {
            string secret = ListenSecret.Of(credential);
            if (parsed.GetValue(print))
            {
                Console.WriteLine(secret);
                return 0;
            }
            if (parsed.GetValue(after) < 0) throw new CommandFault("--after must not be below 0.");
            using HttpClient http = new(HostConnector.Handler()) { Timeout = TimeSpan.FromSeconds(15) };
            Listener listener = new(parsed.GetValue(target) is { } url ? new Forwarder(http, url, secret, TimeProvider.System) : null, parsed.GetValue(target), parsed.GetValue(json));
            long position = parsed.GetValue(after) ?? (await client.Events.ListEventsAsync(limit: 1, cancellationToken: cancellationToken)).Head;
            listener.Start(credential, secret, position);
            await listener.RunAsync(client, position, parsed.GetValue(types), cancellationToken);
            return 0;
        });
    }

    sealed class Listener(Forwarder? forwarder, Uri? target, bool json)
    {
        long _position;

        public void Start(ApiCredential credential, string secret, long position)
        {
            if (json)
            {
                Terminal.WriteJsonLine(new { Url = credential.Url, ForwardTo = target, Secret = secret, After = position });
                return;
            }
            Console.WriteLine($"Listening at {credential.Url} as {credential.ClientId}, behind event {position.ToString(CultureInfo.InvariantCulture)}.");
            Console.WriteLine(target is null ? "Events are printed; --forward-to sends them to a receiver." : $"Events go to {target}, signed with the secret {secret}");
        }

        public async Task RunAsync(KeystoneClient client, long after, string? types, CancellationToken cancellationToken)
        {
            _position = after;
            try
            {
                await foreach (StreamedEvent one in client.Events.FollowEventsAsync(after, types, Cut, cancellationToken))
                {
                    Report(one, forwarder is null ? null : await ForwardAsync(one, cancellationToken));
                    _position = one.Position;
                }
            }
            finally
            {
                if (!json) Console.WriteLine($"The last event was {_position.ToString(CultureInfo.InvariantCulture)}: --after {_position.ToString(CultureInfo.InvariantCulture)} goes on behind it.");
            }
        }

        // A receiver that does not answer is being started again by whoever works on it: the event waits for it, so that none is missed. An answer is an answer, whatever it says.
        async Task<Forwarded> ForwardAsync(StreamedEvent one, CancellationToken cancellationToken)
        {
            bool said = false;
            while (true)
            {
                try
                {
                    return await forwarder!.SendAsync(one.Body, cancellationToken);
                }
                catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
                {
                    if (!said) await Console.Error.WriteLineAsync($"{target} does not answer ({fault.Message}); event {one.Position} is sent when it does.");
                    said = true;
                    await Task.Delay(UnreachedDelay, TimeProvider.System, cancellationToken);
                }
            }
        }

        void Report(StreamedEvent one, Forwarded? sent)
        {
            if (json)
            {
                Terminal.WriteJsonLine(new { one.Position, one.Type, sent?.Id, sent?.Status, sent?.Milliseconds });
                return;
            }
            string at = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture), what = sent is null ? "" : $"  {sent.Id}  {sent.Status} in {sent.Milliseconds} ms";
            Console.WriteLine($"{at}  {one.Position,6}  {Terminal.Clean(one.Type)}{what}");
        }

        static void Cut(Exception fault, TimeSpan delay) =>
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The connection was cut ({fault.Message}); again in {delay.TotalSeconds:0.#} s."));
    }
}
