using System.Collections.Frozen;

namespace Keystone.Compliance.Matching;

/// <summary>Words that are read by meaning: legal forms, titles, particles, words of many companies, forms of given names. Embedded text files; a change of one is a new version of the matcher.</summary>
internal static class NameTables
{
    static readonly FrozenSet<string> Particles = Words("particles.txt"), Titles = Words("titles.txt"), Generics = Words("generic-words.txt");
    static readonly FrozenDictionary<string, int> Groups = ReadGroups();
    static readonly FrozenDictionary<string, string[][]> LegalForms = Lines("legal-forms.txt").Select(line => line.Split(' ')).GroupBy(words => words[0], StringComparer.Ordinal)
        .ToFrozenDictionary(forms => forms.Key, forms => forms.OrderByDescending(words => words.Length).ToArray(), StringComparer.Ordinal);

    public static bool IsParticle(string word) => Particles.Contains(word);

    public static bool IsTitle(string word) => Titles.Contains(word);

    public static bool IsGeneric(string word) => Generics.Contains(word);

    /// <summary>Group of words that stand for each other; 0 for none.</summary>
    public static int GroupOf(string word) => Groups.GetValueOrDefault(word);

    /// <summary>Words of a group.</summary>
    public static IEnumerable<string> WordsOf(int group) => Groups.Where(one => one.Value == group).Select(one => one.Key);

    /// <summary>Number of words of the legal form that begins at <paramref name="at"/>; 0 for none. A form of two letters counts at an end of a name alone.</summary>
    public static int LegalFormAt(IReadOnlyList<string> words, int at)
    {
        if (!LegalForms.TryGetValue(words[at], out string[][]? forms)) return 0;
        foreach (string[] form in forms)
        {
            bool isShort = form is [{ Length: <= 2 }];
            if (at + form.Length > words.Count || (isShort && at != 0 && at != words.Count - 1)) continue;
            int same = 1;
            while (same < form.Length && words[at + same] == form[same]) same++;
            if (same == form.Length) return same;
        }
        return 0;
    }

    static FrozenDictionary<string, int> ReadGroups()
    {
        Dictionary<string, int> groups = new(StringComparer.Ordinal);
        int group = 0;
        foreach (string line in Lines("equal-words.txt"))
        {
            group++;
            foreach (string word in line.Split(' ')) groups.TryAdd(word, group);
        }
        return groups.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static FrozenSet<string> Words(string table) => Lines(table).SelectMany(line => line.Split(' ')).ToFrozenSet(StringComparer.Ordinal);

    static IEnumerable<string> Lines(string table)
    {
        using Stream stream = typeof(NameTables).Assembly.GetManifestResourceStream("matching/" + table) ?? throw new InvalidOperationException($"The table {table} is not embedded.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#').ToArray();
    }
}
