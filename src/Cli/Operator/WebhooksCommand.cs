using System.CommandLine;
using Keystone.Webhooks;
using Keystone.Webhooks.Endpoints;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone webhooks</c>: the key that seals endpoint secrets is changed without a receiver noticing.</summary>
internal static class WebhooksCommand
{
    public static Command Create() => new("webhooks", "Webhooks of all platforms.") { Reseal() };

    static Command Reseal()
    {
        Option<string> current = new("--key-file") { Required = true, Description = "File of the current sealing key, as Webhooks:SecretKeyFile names it." };
        Option<string[]> older = new("--older-key-file")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = "Files of the keys before it, as Webhooks:OlderSecretKeyFiles names them.",
        };
        return new Command("reseal", "Seals the secret of every endpoint under the current key, so that the older keys can be destroyed.") { current, older }
            .OnDatabase(async (source, parsed, cancellationToken) =>
            {
                SecretBox box;
                try
                {
                    box = new SecretBox(SealingKey.FromFile(parsed.GetRequiredValue(current), "--key-file"),
                        (parsed.GetValue(older) ?? []).Select(path => SealingKey.FromFile(path, "--older-key-file")));
                }
                catch (InvalidOperationException fault)
                {
                    throw new CommandFault(fault.Message);
                }
                ResealedSecrets done = await new SecretStore(source, box).ResealAsync(cancellationToken);
                Console.WriteLine($"sealed {done.Resealed} secrets under key {box.KeyId}; {done.Current} were sealed under it before");
                if (done.Unopened.Count == 0) return 0;
                foreach ((Guid endpoint, string reason) in done.Unopened)
                    await Console.Error.WriteLineAsync($"endpoint {endpoint}: {reason}");
                await Console.Error.WriteLineAsync(
                    $"{done.Unopened.Count} secrets do not open and were left as they were. Name the key that sealed them as --older-key-file, or have their owners set new secrets.");
                return 1;
            });
    }
}
