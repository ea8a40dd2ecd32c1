namespace Keystone.Compliance.Matching;

/// <summary>What a word of a name is.</summary>
internal enum TokenClass
{
    /// <summary>A word that distinguishes its bearer.</summary>
    Word,

    /// <summary>A word that many companies have in their names.</summary>
    Generic,

    /// <summary>An article, a preposition or a part such as <c>bin</c>.</summary>
    Particle,

    /// <summary>One letter that stands for a name.</summary>
    Initial,

    /// <summary>A number: equal or not, and never nearly.</summary>
    Number,
}
