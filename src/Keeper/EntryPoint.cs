namespace Keystone.Keeper;

internal static class EntryPoint
{
    internal static int Main() => 0;
}
