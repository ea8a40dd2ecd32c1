using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>A type stands in one file. Parts that a generator writes (log messages, expressions, JSON) are no files of the checkout.</summary>
public sealed partial class PartialTypeTests
{
    [Fact]
    public void No_type_is_spread_over_several_files() => Sources.None(Spread(Sources.Code("src", "tests", "bench")));

    [Fact]
    public void A_type_in_two_files_is_found()
    {
        (string, string)[] files =
        [
            ("src/Room/One.cs", "namespace Keystone.Room;\n\ninternal sealed partial class Large\n{\n}\n"),
            ("src/Room/One.Rest.cs", "namespace Keystone.Room;\n\nsealed partial class Large\n{\n    partial class Inner;\n}\n"),
            ("src/Room/Two.cs", "namespace Keystone.Room;\n\npublic readonly partial record struct Small(int One)\n{\n    [LoggerMessage(1)]\n    partial void Said();\n}\n"),
            ("src/Other/One.cs", "namespace Keystone.Other;\n\npublic static partial class Large\n{\n}\n"),
        ];
        Assert.Equal("Keystone.Room.Large: src/Room/One.cs, src/Room/One.Rest.cs", string.Join('\n', Spread(files)));
    }

    static IEnumerable<string> Spread(IEnumerable<(string Path, string Text)> files) =>
        from part in
            from file in files
            let space = Namespace().Match(file.Text).Groups["name"].Value
            from type in Partial().Matches(file.Text)
            // Of a nested type the outer one is found.
            where type.Groups["indent"].Length == 0
            select (Type: $"{space}.{type.Groups["name"].Value}", file.Path)
        group part.Path by part.Type into type
        let paths = type.Distinct().ToArray()
        where paths.Length > 1
        select $"{type.Key}: {string.Join(", ", paths)}";

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?<indent> *)[\w ]*\bpartial (class|struct|interface|record( class| struct)?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Partial();
}
