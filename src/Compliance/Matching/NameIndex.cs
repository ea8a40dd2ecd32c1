using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Keystone.Compliance.Lists;

namespace Keystone.Compliance.Matching;

/// <summary>
/// Finds the names of lists that a name may be, without comparing it with each: words are stored under all that is left of them after the edits that <see cref="TokenRelation"/>
/// forgives, and under their consonants; and names under their words. Gives the same hits as comparing with every name. Never changes once it is built.
/// </summary>
internal sealed class NameIndex
{
    readonly Listed[] _names;
    readonly Token[] _tokens;

    // Places of the words of all names, of each name its words in order and then its joins; and the names of each word.
    readonly int[] _words;
    readonly IdGroups _postings;
    readonly Dictionary<string, List<int>> _byText = new(StringComparer.Ordinal), _bySkeleton = new(StringComparer.Ordinal), _whole = new(StringComparer.Ordinal);
    readonly Dictionary<int, List<int>> _byGroup = [];
    readonly Dictionary<string, List<int>> _vowelless = new(StringComparer.Ordinal);
    readonly DeletionIndex _byRest;
    readonly ConcurrentQueue<NameSearch> _spare = [];

    /// <summary>An index of all names of these entries.</summary>
    public NameIndex(IReadOnlyList<ListEntry> entries)
    {
        Entries = entries;
        List<Listed> names = [];
        List<Token> tokens = [];
        List<int> words = [], holders = [], restOf = [];
        List<ulong> rests = [];
        Dictionary<(string Text, bool IsVowelless, bool IsJoined, TokenClass Class), int> known = [];
        for (int entry = 0; entry < entries.Count; entry++)
            foreach (ListName name in entries[entry].Names)
            {
                NameForm form = NameForm.Of(name.Text);
                if (form.Tokens.Length == 0) continue;
                int id = names.Count;
                names.Add(new Listed(entry, name, form, words.Count));
                foreach (Token token in form.Tokens.Concat(form.Joins.Select(join => join.Token)))
                {
                    (string, bool, bool, TokenClass) key = (token.Text, token.IsVowelless, token.IsJoined, token.Class);
                    if (!known.TryGetValue(key, out int word))
                    {
                        known[key] = word = tokens.Count;
                        tokens.Add(token);
                        Put(token, word);
                        if (token.Class is not (TokenClass.Number or TokenClass.Initial)) DeletionIndex.AddRests(token.Text, token.IsJoined, rests);
                        while (restOf.Count < rests.Count) restOf.Add(word);
                    }
                    words.Add(word);
                    holders.Add(id);
                }
                Put(_whole, form.Whole, id);
                if (form.WholeWithForms != form.Whole) Put(_whole, form.WholeWithForms, id);
            }
        _names = [.. names];
        _tokens = [.. tokens];
        _words = [.. words];
        _postings = IdGroups.Of(_tokens.Length, words, holders);
        _byRest = new DeletionIndex(rests, restOf);
    }

    /// <summary>The entries.</summary>
    public IReadOnlyList<ListEntry> Entries { get; }

    /// <summary>Number of names.</summary>
    public int Count => _names.Length;

    /// <summary>The best name of each entry that scores at least <paramref name="threshold"/>, best first; of equals the entry that was indexed first.</summary>
    public IReadOnlyList<NameHit> Find(NameForm query, double threshold)
    {
        if (!_spare.TryDequeue(out NameSearch? search)) search = new NameSearch(_tokens.Length, _names.Length);
        search.Begin(query);
        // A join stands for each of its words.
        for (int i = 0; i < query.Tokens.Length; i++) Collect(search, i, query.Tokens[i], 1UL << i);
        for (int i = 0; i < query.Joins.Length; i++)
        {
            Join join = query.Joins[i];
            Collect(search, query.Tokens.Length + i, join.Token, ((1UL << join.Length) - 1) << join.Start);
        }
        List<int> candidates = search.Candidates(_postings, threshold);
        foreach (string whole in (string[])[query.Whole, query.WholeWithForms])
            if (whole.Length >= 6 && _whole.TryGetValue(whole, out List<int>? same)) candidates.AddRange(same);
        candidates.Sort();
        Dictionary<int, NameHit> best = [];
        int last = -1;
        foreach (int name in candidates)
        {
            if (name == last) continue;
            last = name;
            Listed listed = _names[name];
            RelatedTokens related = new(search, _words, listed.FirstToken, listed.FirstToken + listed.Form.Tokens.Length);
            Keep(best, listed, NameMatcher.Score(query, listed.Form, related), threshold);
        }
        search.End();
        _spare.Enqueue(search);
        return Sorted(best);
    }

    /// <summary>The same by comparing with every name: what <see cref="Find"/> is checked against.</summary>
    public IReadOnlyList<NameHit> Scan(NameForm query, double threshold)
    {
        Dictionary<int, NameHit> best = [];
        foreach (Listed listed in _names) Keep(best, listed, NameMatcher.Score(query, listed.Form), threshold);
        return Sorted(best);
    }

    static void Keep(Dictionary<int, NameHit> best, Listed listed, double score, double threshold)
    {
        if (listed.Name.IsWeak) score = Math.Min(score, NameMatcher.WeakCap);
        if (score < threshold) return;
        NameHit hit = new(listed.Entry, listed.Name, score);
        if (!best.TryGetValue(listed.Entry, out NameHit? known) || known.IsBelow(hit)) best[listed.Entry] = hit;
    }

    static List<NameHit> Sorted(Dictionary<int, NameHit> best) => [.. best.Values.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Entry)];

    // Every word that is related to this one.
    void Collect(NameSearch search, int place, Token token, ulong asked)
    {
        if (token.Class == TokenClass.Initial) return;
        void Compare(List<int> ids) => search.Compare(place, token, asked, _tokens, CollectionsMarshal.AsSpan(ids));
        List<ulong> rests = search.BeginToken(token);
        if (_byText.TryGetValue(token.Text, out List<int>? equal)) Compare(equal);
        if (token.Group != 0 && _byGroup.TryGetValue(token.Group, out List<int>? group)) Compare(group);
        // A listed initial may stand for the word.
        if (!token.IsJoined && _byText.TryGetValue(token.Text[..1], out List<int>? initials)) Compare(initials);
        foreach (ulong rest in rests) search.Compare(place, token, asked, _tokens, _byRest.Of(rest));
        if (token.Skeleton.Length == 0) return;
        if (_bySkeleton.TryGetValue(token.Skeleton, out List<int>? sounding)) Compare(sounding);
        // One edit between consonants is forgiven where one side has no vowels.
        foreach ((string skeleton, List<int> words) in token.IsVowelless ? _bySkeleton : _vowelless)
            if (EditDistance.IsWithin(token.Skeleton, skeleton, TokenRelation.SkeletonEdits(Math.Min(token.Skeleton.Length, skeleton.Length)))) Compare(words);
    }

    void Put(Token token, int word)
    {
        Put(_byText, token.Text, word);
        if (token.Group != 0) Put(_byGroup, token.Group, word);
        if (token.Class is TokenClass.Number or TokenClass.Initial || token.Skeleton.Length < 2) return;
        Put(_bySkeleton, token.Skeleton, word);
        if (token.IsVowelless) Put(_vowelless, token.Skeleton, word);
    }

    static void Put<TKey>(Dictionary<TKey, List<int>> index, TKey key, int id) where TKey : notnull
    {
        ref List<int>? ids = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        ids ??= new List<int>(1);
        if (ids.Count == 0 || ids[^1] != id) ids.Add(id);
    }

    // FirstToken: where the places of its words begin.
    sealed record Listed(int Entry, ListName Name, NameForm Form, int FirstToken);
}

/// <summary>A name of a list that a name may be.</summary>
/// <param name="Entry">Place of the entry in the index.</param>
/// <param name="Name">The name.</param>
/// <param name="Score">0 to 1.</param>
internal sealed record NameHit(int Entry, ListName Name, double Score)
{
    // A strong name counts before a weak alias of the same score.
    public bool IsBelow(NameHit other) => other.Score > Score || (other.Score == Score && Name.IsWeak && !other.Name.IsWeak);
}
