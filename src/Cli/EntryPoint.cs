namespace Keystone.Cli;

internal static class EntryPoint
{
    // A command that would do nothing is worse than one that says what it is.
    internal static int Main()
    {
        Console.Error.WriteLine("The command line tool is not part of this version yet; see \"Where it stands\" in README.md.");
        return 1;
    }
}
