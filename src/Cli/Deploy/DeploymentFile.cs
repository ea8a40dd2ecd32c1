using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Ethereum;

namespace Keystone.Cli.Deploy;

/// <summary>The record of a chain's escrow: <c>deployments/&lt;chainId&gt;.json</c>, or a local chain's own beside its data.</summary>
internal static class DeploymentFile
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Height at which the recorded escrow was created; null when there is no record of this address.</summary>
    public static long? BlockOf(string path, Address escrow) =>
        File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject json && (string?)json["escrow"] == escrow.ToString() ? (long?)json["block"] : null;

    /// <summary>Makes the folder of a record and proves that a file can be written there, before anything is sent that the record is about.</summary>
    /// <exception cref="CommandFault">It cannot.</exception>
    public static void RequireWritable(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            using FileStream probe = File.Exists(path)
                ? new FileStream(path, FileMode.Open, FileAccess.Write)
                : new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFault($"The record cannot be written to {path}: {fault.Message} Nothing was sent; give another folder with --record.", fault);
        }
    }

    /// <summary>Writes the record; the height and the transaction of an earlier record of the same contract are kept.</summary>
    public static async Task WriteAsync(string path, Deployment escrow, CancellationToken cancellationToken)
    {
        JsonObject? earlier = BlockOf(path, escrow.Address) is null ? null : JsonNode.Parse(await File.ReadAllTextAsync(path, cancellationToken)) as JsonObject;
        JsonObject json = new()
        {
            ["chainId"] = escrow.ChainId,
            ["escrow"] = escrow.Address.ToString(),
            ["codeHash"] = escrow.CodeHash.ToString(),
            ["block"] = escrow.Block ?? (long?)earlier?["block"],
            ["transaction"] = escrow.Transaction?.ToString() ?? (string?)earlier?["transaction"],
        };
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, json.ToJsonString(Indented) + "\n", cancellationToken);
    }
}
