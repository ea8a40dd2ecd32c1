namespace Keystone.Cli;

internal static class EntryPoint
{
    internal static int Main() => 0;
}
