namespace Keystone.Compliance.Matching;

/// <summary>A name as it is compared: words without titles and legal forms, neighbours joined, and the whole name without spaces.</summary>
internal sealed class NameForm
{
    /// <summary>Words of a name that are compared at most.</summary>
    public const int MostWords = 40;

    NameForm(Token[] tokens, Join[] joins, string whole, string wholeWithForms) =>
        (Tokens, Joins, Whole, WholeWithForms) = (tokens, joins, whole, wholeWithForms);

    /// <summary>Words in order.</summary>
    public Token[] Tokens { get; }

    /// <summary>Neighbours without the space between them.</summary>
    public Join[] Joins { get; }

    /// <summary>All words without spaces.</summary>
    public string Whole { get; }

    /// <summary>The same with legal forms.</summary>
    public string WholeWithForms { get; }

    /// <summary>True when a word distinguishes the bearer.</summary>
    public bool IsDistinctive => Array.Exists(Tokens, token => token.Class == TokenClass.Word);

    /// <summary>The form of a name.</summary>
    public static NameForm Of(string name)
    {
        List<(string Text, bool IsVowelless)> words = Latinised.Words(name);
        if (words.Count > MostWords) words.RemoveRange(MostWords, words.Count - MostWords);
        string[] texts = [.. words.Select(word => word.Text)];
        // A form of two letters is one beside a longer word alone: "Mei Sa" is a person.
        bool hasLong = Array.Exists(texts, text => text.Length >= 4);
        List<Token> tokens = [];
        for (int i = 0; i < texts.Length;)
        {
            int form = NameTables.LegalFormAt(texts, i);
            if (form == 1 && texts[i].Length <= 2 && !hasLong) form = 0;
            if (form == 0 && NameTables.IsTitle(texts[i])) form = 1;
            if (form > 0)
            {
                i += form;
                continue;
            }
            tokens.Add(new Token(texts[i], ClassOf(texts[i]), words[i].IsVowelless));
            i++;
        }
        // A name of titles and legal forms alone is compared by those.
        if (!tokens.Exists(token => token.Class is not TokenClass.Particle))
            tokens = [.. words.Select(word => new Token(word.Text, ClassOf(word.Text) is TokenClass.Particle or TokenClass.Word ? TokenClass.Generic : ClassOf(word.Text), word.IsVowelless))];
        return new NameForm([.. tokens], [.. JoinsOf(tokens)], string.Concat(tokens.Select(token => token.Text)), string.Concat(texts));
    }

    static TokenClass ClassOf(string text) =>
        text.All(char.IsAsciiDigit) || IsRoman(text) ? TokenClass.Number
        : text.Length == 1 ? TokenClass.Initial
        : NameTables.IsParticle(text) ? TokenClass.Particle
        : NameTables.IsGeneric(text) ? TokenClass.Generic
        : TokenClass.Word;

    static bool IsRoman(string text) => text is "ii" or "iii" or "iv" or "vi" or "vii" or "viii" or "ix" or "xi" or "xii" or "xiii" or "xiv" or "xv" or "xvi" or "xx";

    static IEnumerable<Join> JoinsOf(List<Token> tokens)
    {
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            if (!CanJoin(tokens[i]) || !CanJoin(tokens[i + 1])) continue;
            yield return Joined(tokens, i, 2);
            // "Abd el Rahman" is written as one word.
            if (i + 2 < tokens.Count && tokens[i + 1].Class == TokenClass.Particle && CanJoin(tokens[i + 2])) yield return Joined(tokens, i, 3);
        }
    }

    static bool CanJoin(Token token) => token.Class != TokenClass.Number;

    static Join Joined(List<Token> tokens, int start, int length)
    {
        IEnumerable<Token> parts = tokens.Skip(start).Take(length);
        return new Join(new Token(string.Concat(parts.Select(part => part.Text)), TokenClass.Word, parts.Any(part => part.IsVowelless), isJoined: true), start, length);
    }
}

/// <summary>Neighbours of a name as one word.</summary>
/// <param name="Token">The word.</param>
/// <param name="Start">Place of the first neighbour.</param>
/// <param name="Length">How many.</param>
internal sealed record Join(Token Token, int Start, int Length);
