using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keystone.Dev.Servers;

/// <summary>A chain of our own on this machine: anvil under a leash, on a free port.</summary>
public sealed class AnvilNode : IAsyncDisposable
{
    const string Listening = "Listening on ";

    readonly Leash _leash;

    AnvilNode(Leash leash, Uri url) => (_leash, Url) = (leash, url);

    /// <summary>JSON-RPC over HTTP.</summary>
    public Uri Url { get; }

    /// <summary>Running, or how it ended and what it said last; for the messages of failing tests.</summary>
    public string Condition => _leash.IsRunning ? "running" : $"ended, {_leash.LastOutput}";

    /// <summary>Starts a chain whose ten well-known accounts hold ether.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="blockTime">Seconds between blocks; null mines a block with each transaction.</param>
    /// <param name="port">0 lets the system choose.</param>
    /// <param name="stateFile">Where the chain is kept from one start to the next, blocks included; null forgets it.</param>
    /// <param name="cancellationToken">Ends the wait for the start.</param>
    /// <param name="host">Address to listen on; whoever reaches it owns the chain.</param>
    public static async Task<AnvilNode> StartAsync(
        long chainId, int? blockTime = null, int port = 0, string? stateFile = null, CancellationToken cancellationToken = default, string host = "127.0.0.1")
    {
        List<string> arguments =
        [
            "--host", host, "--port", Text(port), "--chain-id", Text(chainId),
            // "finalized" then trails the head by two blocks instead of by two epochs of a beacon chain that is not there.
            "--slots-in-an-epoch", "1",
        ];
        if (blockTime is { } seconds)
            arguments.AddRange(["--block-time", Text(seconds)]);
        // Written at an orderly end, which the leash brings about even when this process is killed.
        if (stateFile is not null)
        {
            if (File.Exists(stateFile)) await KeepFirstGenesisAsync(stateFile, cancellationToken).ConfigureAwait(false);
            arguments.AddRange(["--state", stateFile]);
        }
        Leash leash = Leash.Start(NativeTool.Anvil, arguments);
        try
        {
            string line = await leash.WaitForLineAsync(
                line => line.StartsWith(Listening, StringComparison.Ordinal), TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false);
            return new AnvilNode(leash, new Uri($"http://{line[Listening.Length..].Trim()}"));
        }
        catch
        {
            await leash.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _leash.DisposeAsync();

    // Each start makes a block 0 of its own beside the one that it reads, and writes all of them down, in any order. The next start would take any of
    // them for the first block, and so for another chain. The oldest is the one that block 1 stands on.
    static async Task KeepFirstGenesisAsync(string stateFile, CancellationToken cancellationToken)
    {
        JsonNode? state;
        try
        {
            state = JsonNode.Parse(await File.ReadAllBytesAsync(stateFile, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException)
        {
            // For the node to refuse.
            return;
        }
        if (state?["blocks"] is not JsonArray blocks) return;
        JsonNode[] firsts = [.. blocks.OfType<JsonObject>().Where(block => Number(block, "number") == 0).OrderBy(block => Number(block, "timestamp"))];
        if (firsts.Length < 2) return;
        foreach (JsonNode surplus in firsts.Skip(1)) blocks.Remove(surplus);
        string aside = stateFile + ".new";
        await File.WriteAllTextAsync(aside, state.ToJsonString(), cancellationToken).ConfigureAwait(false);
        File.Move(aside, stateFile, overwrite: true);

        static long Number(JsonNode block, string member) =>
            (string?)block["header"]?[member] is { Length: > 2 } hex ? Convert.ToInt64(hex[2..], 16) : -1;
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
