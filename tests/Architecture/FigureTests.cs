using System.Diagnostics;

namespace Keystone.Architecture;

public sealed class FigureTests
{
    [Fact]
    public async Task The_page_of_figures_is_what_the_benches_measured_and_every_miss_has_a_reason()
    {
        using Process node = Process.Start(new ProcessStartInfo("node") { WorkingDirectory = Sources.Root, RedirectStandardError = true, ArgumentList = { "bench/promises/promises.mjs", "--check" } })!;
        string complaint = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, complaint);
    }
}
