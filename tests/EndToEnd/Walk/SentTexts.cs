using System.Collections.Concurrent;
using System.Globalization;

namespace Keystone.EndToEnd.Walk;

/// <summary>Everything that one platform was sent: answers with status and headers, and webhooks with theirs.</summary>
internal sealed class SentTexts(string reader)
{
    readonly ConcurrentQueue<(string Where, string Text)> _all = [];

    public void Add(string where, string text) => _all.Enqueue((where, text));

    public int Count => _all.Count;

    public IEnumerable<string> Where(string part) => _all.Where(one => one.Where.Contains(part, StringComparison.Ordinal)).Select(one => one.Text);

    /// <summary>No text holds one of the words, in whatever case.</summary>
    public void RequireWithout(params string[] words)
    {
        Assert.NotEmpty(_all);
        string[] found = [.. from word in words from one in _all where one.Text.Contains(word, StringComparison.OrdinalIgnoreCase)
            select string.Create(CultureInfo.InvariantCulture, $"{reader} was sent \"{word}\" by {one.Where}: {one.Text}")];
        Assert.True(found.Length == 0, string.Join("\n\n", found.Take(5)));
    }
}
