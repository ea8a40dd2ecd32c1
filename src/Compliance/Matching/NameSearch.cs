namespace Keystone.Compliance.Matching;

/// <summary>
/// Working memory of one search in an index: which of its words are related to which words of the name that is asked for, and by how much, and which of its names hold them. Each pair of
/// words is compared once, however many names hold it. Later searches use the memory again.
/// </summary>
internal sealed class NameSearch(int words, int names)
{
    // Rounding must not leave a name out.
    const double Rounding = 1e-9;
    const int MostKept = 1 << 20;

    // Row of a word of the index, from 1 on, 0 for none; comparison that it was last in; bits of the asked words that words of a name are related to.
    readonly int[] _rows = new int[words], _compared = new int[words];
    readonly ulong[] _held = new ulong[names];
    readonly List<int> _words = [], _touched = [], _candidates = [];
    readonly List<ulong> _asked = [], _skeletons = [], _rests = [];
    double[] _values = new double[1_024];
    NameForm? _query;
    int _places, _comparison;

    NameForm Query => _query ?? throw new InvalidOperationException("No search has begun.");

    /// <summary>Begins a search.</summary>
    public void Begin(NameForm query)
    {
        _query = query;
        _places = query.Tokens.Length + query.Joins.Length;
    }

    /// <summary>Begins the comparisons of a word or of joined neighbours that are asked for. Gives its rests, as <see cref="DeletionIndex"/> has them.</summary>
    public List<ulong> BeginToken(Token token)
    {
        if (++_comparison == int.MaxValue)
        {
            Array.Clear(_compared);
            _comparison = 1;
        }
        _rests.Clear();
        if (token.Class != TokenClass.Number) DeletionIndex.AddRests(token.Text, token.IsJoined, _rests);
        return _rests;
    }

    /// <summary>Compares what is asked for with words of the index that it was not compared with.</summary>
    /// <param name="place">Place of the word, or behind all words that of the join.</param>
    /// <param name="token">The word or join.</param>
    /// <param name="asked">A bit for each word that it stands for.</param>
    /// <param name="known">Words of the index.</param>
    /// <param name="ids">Places of those to be compared.</param>
    public void Compare(int place, Token token, ulong asked, Token[] known, ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if (_compared[id] == _comparison) continue;
            _compared[id] = _comparison;
            double value = TokenRelation.Of(token, known[id], out bool bySkeleton);
            if (value <= 0) continue;
            int row = RowOf(id);
            _asked[row] |= asked;
            _values[(row * _places) + place] = value;
            if (bySkeleton && place < NameForm.MostWords) _skeletons[row] |= 1UL << place;
        }
    }

    /// <summary>Value of a word that is asked for and one of the index.</summary>
    public double ValueOf(int asked, int word, out bool bySkeleton)
    {
        int row = _rows[word] - 1;
        bySkeleton = row >= 0 && (_skeletons[row] >> asked & 1) != 0;
        return row >= 0 ? _values[(row * _places) + asked] : 0;
    }

    /// <summary>Value of joined neighbours of the name that is asked for and a word of the index.</summary>
    public double ValueOfJoin(int join, int word) => ValueOf(Query.Tokens.Length + join, word, out _);

    /// <summary>Names that hold enough related words to score so much, in no order and each once. Good until the next search.</summary>
    /// <param name="postings">Names that hold a word.</param>
    /// <param name="threshold">Least score.</param>
    public List<int> Candidates(IdGroups postings, double threshold)
    {
        ulong initials = 0;
        for (int i = 0; i < Query.Tokens.Length; i++)
            if (Query.Tokens[i].Class == TokenClass.Initial) initials |= 1UL << i;
        ulong required = Required(postings, initials, threshold - Rounding);
        for (int row = 0; row < _words.Count; row++)
        {
            ulong asked = _asked[row];
            if ((asked & required) == 0) continue;
            foreach (int name in postings[_words[row]])
            {
                if (_held[name] == 0) _touched.Add(name);
                _held[name] |= asked;
            }
        }
        for (int row = 0; row < _words.Count && _touched.Count > 0; row++)
        {
            ulong asked = _asked[row];
            if ((asked & required) != 0) continue;
            foreach (int name in postings[_words[row]])
                if (_held[name] != 0) _held[name] |= asked;
        }
        foreach (int name in _touched)
        {
            // An initial may stand for any word.
            if (NameMatcher.Most(Query, _held[name] | initials) >= threshold - Rounding) _candidates.Add(name);
            _held[name] = 0;
        }
        return _candidates;
    }

    /// <summary>Ends the search.</summary>
    public void End()
    {
        foreach (int word in _words) _rows[word] = 0;
        foreach (List<int> list in (List<int>[])[_words, _touched, _candidates]) list.Clear();
        foreach (List<ulong> list in (List<ulong>[])[_asked, _skeletons, _rests]) list.Clear();
        if (_values.Length > MostKept) _values = new double[1_024];
        _query = null;
    }

    // Bits of words of which a name holds one if it scores enough: the rarest, as many as it takes that the others are too light without them. Initials are no such words, but joins of them may be.
    ulong Required(IdGroups postings, ulong initials, double least)
    {
        int[] holders = new int[Query.Tokens.Length];
        for (int row = 0; row < _words.Count; row++)
            for (int i = 0; i < holders.Length; i++)
                if ((_asked[row] >> i & 1) != 0) holders[i] += postings.CountOf(_words[row]);
        ulong required = initials, rest = (1UL << holders.Length) - 1;
        foreach (int i in Enumerable.Range(0, holders.Length).Where(i => (initials >> i & 1) == 0).OrderBy(i => holders[i]))
        {
            if (NameMatcher.Most(Query, rest) < least) break;
            required |= 1UL << i;
            rest &= ~(1UL << i);
        }
        return required;
    }

    int RowOf(int word)
    {
        if (_rows[word] > 0) return _rows[word] - 1;
        int row = _words.Count, needed = (row + 1) * _places;
        if (needed > _values.Length) Array.Resize(ref _values, Math.Max(needed, _values.Length * 2));
        Array.Clear(_values, row * _places, _places);
        _words.Add(word);
        _asked.Add(0);
        _skeletons.Add(0);
        return (_rows[word] = row + 1) - 1;
    }
}
