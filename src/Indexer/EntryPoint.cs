namespace Keystone.Indexer;

internal static class EntryPoint
{
    // A service that would start and do nothing is worse than one that says what it is.
    internal static int Main()
    {
        Console.Error.WriteLine("The indexer is not part of this version yet; see \"Where it stands\" in README.md.");
        return 1;
    }
}
