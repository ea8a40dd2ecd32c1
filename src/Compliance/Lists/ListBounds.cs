namespace Keystone.Compliance.Lists;

/// <summary>What a file may hold at most, so that a wrong file cannot fill the memory.</summary>
internal static class ListBounds
{
    /// <summary>Characters of one text of an entry.</summary>
    public const int Text = 4_096;

    /// <summary>Names, addresses and dates of one entry each.</summary>
    public const int PerEntry = 2_000;

    /// <summary>Entries of one file.</summary>
    public const int Entries = 1_000_000;

    /// <summary>Columns of a CSV.</summary>
    public const int Columns = 256;
}
