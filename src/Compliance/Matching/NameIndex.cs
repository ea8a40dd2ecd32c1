using System.Runtime.InteropServices;
using Keystone.Compliance.Lists;

namespace Keystone.Compliance.Matching;

/// <summary>
/// Finds the names of lists that a name may be, without comparing it with each: words are stored under all that is left of them after the edits that <see cref="TokenRelation"/>
/// forgives, and under their consonants. Gives the same hits as comparing with every name. Never changes once it is built.
/// </summary>
internal sealed class NameIndex
{
    readonly List<Listed> _names = [];
    readonly List<Token> _tokens = [];
    readonly List<List<int>> _postings = [];
    readonly Dictionary<string, List<int>> _byText = new(StringComparer.Ordinal), _bySkeleton = new(StringComparer.Ordinal), _whole = new(StringComparer.Ordinal);
    readonly Dictionary<int, List<int>> _byGroup = [];
    readonly Dictionary<ulong, List<int>> _byRest = [];
    readonly Dictionary<string, List<int>> _vowelless = new(StringComparer.Ordinal);
    readonly Dictionary<(string Text, bool IsVowelless, bool IsJoined, TokenClass Class), int> _known = [];

    /// <summary>An index of all names of these entries.</summary>
    public NameIndex(IReadOnlyList<ListEntry> entries)
    {
        Entries = entries;
        for (int i = 0; i < entries.Count; i++)
            foreach (ListName name in entries[i].Names) Add(i, name);
    }

    /// <summary>The entries.</summary>
    public IReadOnlyList<ListEntry> Entries { get; }

    /// <summary>Number of names.</summary>
    public int Count => _names.Count;

    /// <summary>The best name of each entry that scores at least <paramref name="threshold"/>, best first; of equals the entry that was indexed first.</summary>
    public IReadOnlyList<NameHit> Find(NameForm query, double threshold)
    {
        HashSet<int> candidates = [];
        foreach (string whole in (string[])[query.Whole, query.WholeWithForms])
            if (whole.Length >= 6 && _whole.TryGetValue(whole, out List<int>? same)) candidates.UnionWith(same);
        foreach (int name in Sharing(query, threshold)) candidates.Add(name);
        return Best(candidates.Order(), query, threshold);
    }

    /// <summary>The same by comparing with every name: what <see cref="Find"/> is checked against.</summary>
    public IReadOnlyList<NameHit> Scan(NameForm query, double threshold) => Best(Enumerable.Range(0, _names.Count), query, threshold);

    List<NameHit> Best(IEnumerable<int> names, NameForm query, double threshold)
    {
        Dictionary<int, NameHit> best = [];
        foreach (int name in names)
        {
            Listed listed = _names[name];
            double score = NameMatcher.Score(query, listed.Form);
            if (listed.Name.IsWeak) score = Math.Min(score, NameMatcher.WeakCap);
            if (score < threshold) continue;
            NameHit hit = new(listed.Entry, listed.Name, score);
            if (!best.TryGetValue(listed.Entry, out NameHit? known) || known.IsBelow(hit)) best[listed.Entry] = hit;
        }
        return [.. best.Values.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Entry)];
    }

    // A name scores enough only if enough of the query's weight is related to it. So it holds a word that is related to one of the rarest words, whose others are too light alone.
    IEnumerable<int> Sharing(NameForm query, double threshold)
    {
        Token[] tokens = query.Tokens;
        double all = tokens.Sum(token => token.Weight), rest = all;
        double needed = NameMatcher.LeastUnmatched * threshold * all / (1 - threshold + (NameMatcher.LeastUnmatched * threshold));
        List<int>[] found = [.. tokens.Select((token, at) => Related(token, query.Joins.Where(join => at >= join.Start && at < join.Start + join.Length)))];
        foreach (int at in Enumerable.Range(0, tokens.Length).Where(at => tokens[at].Class != TokenClass.Initial).OrderBy(at => found[at].Sum(token => _postings[token].Count)))
        {
            // Rounding must not leave a name out.
            if (rest < needed - 1e-9) yield break;
            foreach (int token in found[at])
                foreach (int name in _postings[token]) yield return name;
            rest -= tokens[at].Weight;
        }
    }

    List<int> Related(Token token, IEnumerable<Join> joins)
    {
        HashSet<int> related = [];
        Collect(token, related);
        foreach (Join join in joins) Collect(join.Token, related);
        return [.. related];
    }

    void Collect(Token token, HashSet<int> related)
    {
        if (token.Class == TokenClass.Initial) return;
        HashSet<int> maybe = [];
        if (_byText.TryGetValue(token.Text, out List<int>? equal)) maybe.UnionWith(equal);
        if (token.Group != 0 && _byGroup.TryGetValue(token.Group, out List<int>? group)) maybe.UnionWith(group);
        // A listed initial may stand for the word.
        if (!token.IsJoined && _byText.TryGetValue(token.Text[..1], out List<int>? initials)) maybe.UnionWith(initials);
        if (token.Class != TokenClass.Number)
        {
            foreach (ulong rest in Rests(token.Text, token.IsJoined))
                if (_byRest.TryGetValue(rest, out List<int>? near)) maybe.UnionWith(near);
            if (token.Skeleton.Length > 0)
            {
                if (_bySkeleton.TryGetValue(token.Skeleton, out List<int>? sounding)) maybe.UnionWith(sounding);
                // One edit between consonants is forgiven where one side has no vowels.
                foreach ((string skeleton, List<int> tokens) in token.IsVowelless ? _bySkeleton : _vowelless)
                    if (EditDistance.IsWithin(token.Skeleton, skeleton, TokenRelation.SkeletonEdits(Math.Min(token.Skeleton.Length, skeleton.Length)))) maybe.UnionWith(tokens);
            }
        }
        foreach (int one in maybe)
            if (TokenRelation.Of(token, _tokens[one], out _) > 0) related.Add(one);
    }

    void Add(int entry, ListName name)
    {
        NameForm form = NameForm.Of(name.Text);
        if (form.Tokens.Length == 0) return;
        int id = _names.Count;
        _names.Add(new Listed(entry, name, form));
        foreach (Token token in form.Tokens) Post(token, id);
        foreach (Join join in form.Joins) Post(join.Token, id);
        Put(_whole, form.Whole, id);
        if (form.WholeWithForms != form.Whole) Put(_whole, form.WholeWithForms, id);
    }

    void Post(Token token, int name)
    {
        (string, bool, bool, TokenClass) key = (token.Text, token.IsVowelless, token.IsJoined, token.Class);
        if (!_known.TryGetValue(key, out int id))
        {
            _known[key] = id = _tokens.Count;
            _tokens.Add(token);
            _postings.Add([]);
            Put(_byText, token.Text, id);
            if (token.Group != 0) Put(_byGroup, token.Group, id);
            if (token.Class is not (TokenClass.Number or TokenClass.Initial))
            {
                foreach (ulong rest in Rests(token.Text, token.IsJoined)) Put(_byRest, rest, id);
                if (token.Skeleton.Length >= 2) Put(_bySkeleton, token.Skeleton, id);
                if (token.Skeleton.Length >= 2 && token.IsVowelless) Put(_vowelless, token.Skeleton, id);
            }
        }
        List<int> postings = _postings[id];
        if (postings.Count == 0 || postings[^1] != name) postings.Add(name);
    }

    static void Put<TKey>(Dictionary<TKey, List<int>> index, TKey key, int id) where TKey : notnull
    {
        ref List<int>? ids = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        ids ??= new List<int>(1);
        if (ids.Count == 0 || ids[^1] != id) ids.Add(id);
    }

    // Two words that a number of edits makes one of the other leave the same rest when so many letters are taken out of each.
    static IEnumerable<ulong> Rests(string text, bool isJoined)
    {
        int edits = TokenRelation.Edits(text.Length, isJoined);
        if (edits == 0 && isJoined) yield break;
        yield return Hash(text, -1, -1);
        for (int i = 0; edits > 0 && i < text.Length; i++)
        {
            if (i > 0 && text[i] == text[i - 1]) continue;
            yield return Hash(text, i, -1);
            for (int j = i + 1; edits > 1 && j < text.Length; j++) yield return Hash(text, i, j);
        }
    }

    // Of equal hashes the words are compared all the same.
    static ulong Hash(string text, int without, int and)
    {
        ulong hash = 14_695_981_039_346_656_037;
        for (int i = 0; i < text.Length; i++)
            if (i != without && i != and) hash = (hash ^ text[i]) * 1_099_511_628_211;
        return hash;
    }

    sealed record Listed(int Entry, ListName Name, NameForm Form);
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
