namespace Keystone.Api;

internal static class EntryPoint
{
    internal static int Main() => 0;
}
