using System.Globalization;

namespace Keystone.Local;

/// <summary>A chain of our own on this machine: anvil under a leash, on a free port.</summary>
public sealed class AnvilNode : IAsyncDisposable
{
    const string Listening = "Listening on ";

    readonly Leash _leash;

    AnvilNode(Leash leash, Uri url) => (_leash, Url) = (leash, url);

    /// <summary>JSON-RPC over HTTP.</summary>
    public Uri Url { get; }

    /// <summary>Starts a chain whose ten well-known accounts hold ether.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="blockTime">Seconds between blocks; null mines a block with each transaction.</param>
    /// <param name="port">0 lets the system choose.</param>
    /// <param name="stateFile">Where the chain is kept from one start to the next, blocks included; null forgets it.</param>
    /// <param name="cancellationToken">Ends the wait for the start.</param>
    public static async Task<AnvilNode> StartAsync(
        long chainId, int? blockTime = null, int port = 0, string? stateFile = null, CancellationToken cancellationToken = default)
    {
        List<string> arguments =
        [
            "--host", "127.0.0.1", "--port", Text(port), "--chain-id", Text(chainId),
            // "finalized" then trails the head by two blocks instead of by two epochs of a beacon chain that is not there.
            "--slots-in-an-epoch", "1",
        ];
        if (blockTime is { } seconds)
            arguments.AddRange(["--block-time", Text(seconds)]);
        // Written at an orderly end, which the leash brings about even when this process is killed.
        if (stateFile is not null)
            arguments.AddRange(["--state", stateFile]);
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

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
