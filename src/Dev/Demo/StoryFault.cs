namespace Keystone.Dev.Demo;

/// <summary>A story went otherwise than it should; the message says what was expected and what was found.</summary>
internal sealed class StoryFault(string message) : Exception(message)
{
    /// <summary>Throws unless the statement holds.</summary>
    public static void Unless(bool holds, string otherwise)
    {
        if (!holds) throw new StoryFault(otherwise);
    }
}
