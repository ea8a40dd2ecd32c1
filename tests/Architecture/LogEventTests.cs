using System.Globalization;
using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>Every log message has an event id of its own, in the range that docs/log-events.md gives to its room.</summary>
public sealed partial class LogEventTests
{
    [Fact]
    public void Each_message_has_an_id_of_its_own_in_the_range_of_its_room()
    {
        Dictionary<string, int> ranges = Range().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs", "log-events.md")))
            .ToDictionary(row => row.Groups["room"].Value, row => int.Parse(row.Groups["from"].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        Assert.Equal(ranges.Count, ranges.Values.Distinct().Count());
        Assert.All(ranges.Values, from => Assert.Equal(0, from % 1000));
        Sources.None(Faults([.. Sources.Code()], ranges));
    }

    [Theory]
    [InlineData("[LoggerMessage(2001, LogLevel.Error, \"a\")]", "")]
    [InlineData("[LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = \"a\")]", "")]
    [InlineData("[LoggerMessage(Level = LogLevel.Error, Message = \"a\")]", "Room/File.cs: a message has no id")]
    [InlineData("[LoggerMessage(3001, LogLevel.Error, \"a\")]", "Room/File.cs: 3001 is not in the range of Room, 2000 to 2999")]
    [InlineData("[LoggerMessage(2001, LogLevel.Error, \"a\")] [LoggerMessage(2001, LogLevel.Error, \"b\")]", "2001 is used by Room/File.cs, Room/File.cs")]
    public void A_message_that_breaks_the_rule_is_named(string text, string fault) =>
        Assert.Equal(fault, string.Join('\n', Faults([("Room/File.cs", text)], new Dictionary<string, int> { ["Room"] = 2000 })));

    [Fact]
    public void A_room_without_a_range_is_named() => Assert.Equal(
        "Other/File.cs: the room Other has no range in docs/log-events.md",
        string.Join('\n', Faults([("Other/File.cs", "[LoggerMessage(2001, LogLevel.Error, \"a\")]")], new Dictionary<string, int>())));

    static IEnumerable<string> Faults(IReadOnlyList<(string Path, string Text)> files, Dictionary<string, int> ranges)
    {
        List<(int Id, string Path)> found = [];
        foreach ((string path, string text) in files)
        {
            string room = path[..path.IndexOf('/', StringComparison.Ordinal)];
            foreach (Match message in Message().Matches(text))
            {
                if (!message.Groups["id"].Success)
                {
                    yield return $"{path}: a message has no id";
                    continue;
                }
                int id = int.Parse(message.Groups["id"].Value, CultureInfo.InvariantCulture);
                found.Add((id, path));
                if (!ranges.TryGetValue(room, out int from)) yield return $"{path}: the room {room} has no range in docs/log-events.md";
                else if (id < from || id >= from + 1000) yield return $"{path}: {id} is not in the range of {room}, {from} to {from + 999}";
            }
        }
        foreach (IGrouping<int, (int Id, string Path)> same in found.GroupBy(one => one.Id).Where(same => same.Count() > 1))
            yield return $"{same.Key} is used by {string.Join(", ", same.Select(one => one.Path))}";
    }

    [GeneratedRegex(@"\bLoggerMessage\(\s*(?:(?:EventId\s*=\s*)?(?<id>\d+)\b)?")]
    private static partial Regex Message();

    [GeneratedRegex(@"^\| `(?<room>[\w.]+)` \| (?<from>\d+) ", RegexOptions.Multiline)]
    private static partial Regex Range();
}
