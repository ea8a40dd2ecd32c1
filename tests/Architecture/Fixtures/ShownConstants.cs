namespace Keystone.Architecture.Fixtures;

/// <summary>Constants, which those who use them copy.</summary>
public static class ShownConstants
{
    public const string One = "one";
}
