using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Keystone.Dev.Servers;
using Xunit;
using Xunit.Abstractions;

namespace Keystone.Testing;

/// <summary>
/// Random cases with what viem and ethers make of them (scripts/lib/ethereum-peers.mjs): no difference is accepted, between those two neither.
/// </summary>
public static class Peers
{
    public static async Task CompareAsync(string kind, int count, ITestOutputHelper output, Action<JsonElement> check)
    {
        FuzzSeed seed = new(output, $"cases of {kind}", count);
        using Process node = Start(kind, seed);
        Task<string> complaint = node.StandardError.ReadToEndAsync();
        int at = seed.First;
        try
        {
            while (await node.StandardOutput.ReadLineAsync() is { } line)
            {
                using JsonDocument vector = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
                try
                {
                    check(vector.RootElement);
                }
                catch (Exception fault)
                {
                    throw new InvalidOperationException($"A case of {kind} differs. {seed.Replay(at)} {line}", fault);
                }
                at++;
            }
        }
        finally
        {
            if (!node.HasExited && at < seed.First + seed.Count) node.Kill();
        }
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0 && at == seed.First + seed.Count, $"{at - seed.First} of {seed.Count} cases came. {seed.Replay(at)} {await complaint}");
    }

    static Process Start(string kind, FuzzSeed seed)
    {
        ProcessStartInfo start = new("node") { WorkingDirectory = NativeTool.RepositoryRoot, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["scripts/lib/ethereum-peers.mjs", kind, "--seed", Text(seed.Value), "--from", Text(seed.First), "--count", Text(seed.Count)];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
