using System.Diagnostics;

namespace Keystone.Architecture;

public sealed class DependencyTests
{
    [Fact]
    public async Task The_list_of_packages_is_what_the_lock_files_say()
    {
        using Process node = Process.Start(new ProcessStartInfo("node") { WorkingDirectory = Sources.Root, RedirectStandardError = true, ArgumentList = { "scripts/lib/dependencies.mjs", "--check" } })!;
        string complaint = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, complaint);
    }
}
