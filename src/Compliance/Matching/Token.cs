namespace Keystone.Compliance.Matching;

/// <summary>A word of a name in the form in which it is compared.</summary>
internal sealed class Token
{
    public Token(string text, TokenClass @class, bool isVowelless, bool isJoined = false)
    {
        (Text, Class, IsVowelless, IsJoined) = (text, @class, isVowelless, isJoined);
        Skeleton = @class is TokenClass.Number or TokenClass.Initial ? "" : ConsonantSkeleton.Of(text);
        Group = isJoined ? 0 : NameTables.GroupOf(text);
        Weight = @class switch
        {
            TokenClass.Initial => 0.3,
            TokenClass.Particle => 0.2,
            TokenClass.Generic => 0.4,
            TokenClass.Number => 0.6,
            _ => text.Length switch { <= 2 => 0.6, 3 => 0.8, _ => 1.0 },
        };
    }

    /// <summary>Letters a to z and digits.</summary>
    public string Text { get; }

    public TokenClass Class { get; }

    /// <summary>True for a word of a script that leaves vowels out.</summary>
    public bool IsVowelless { get; }

    /// <summary>True for two or three neighbours without the space between them.</summary>
    public bool IsJoined { get; }

    /// <summary>Consonants; empty where none are compared.</summary>
    public string Skeleton { get; }

    /// <summary>Group of forms of one given name or one abbreviation; 0 for none.</summary>
    public int Group { get; }

    /// <summary>Share in a score.</summary>
    public double Weight { get; }
}
