namespace Keystone.Api.Http;

/// <summary>Ids in paths: a UUID in any case; everything else is an id that nothing has.</summary>
internal static class PathId
{
    /// <exception cref="Refusal">404.</exception>
    public static Guid Read(string id, string what) =>
        // The library also takes blanks around it and signs within.
        id.Length == 36 && id.All(c => char.IsAsciiHexDigit(c) || c == '-') && Guid.TryParseExact(id, "D", out Guid value) ? value : throw Refusal.NotFound(what);
}
