namespace Keystone.Indexer;

internal static class EntryPoint
{
    internal static int Main() => 0;
}
