namespace Keystone.Compliance.Lists;

/// <summary>What a listed entry is.</summary>
public enum ListedKind
{
    /// <summary>The list does not say.</summary>
    Unknown,

    /// <summary>A person.</summary>
    Person,

    /// <summary>A company, an authority or another body.</summary>
    Organisation,

    /// <summary>A ship or an aircraft.</summary>
    Craft,
}
