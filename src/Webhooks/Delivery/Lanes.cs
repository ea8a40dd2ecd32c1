namespace Keystone.Webhooks.Delivery;

/// <summary>
/// Places of the sender: so many over all, and so many for one endpoint. An endpoint that answers fast has some deliveries claimed ahead, so that the database is not asked for
/// each; one that does not has no more claimed than are sent.
/// </summary>
internal sealed class Lanes(int places, int perEndpoint)
{
    const int Ahead = 4;

    readonly Lock _gate = new();
    readonly Dictionary<Guid, Lane> _lanes = [];
    int _running, _queued;
    bool _isMore;

    /// <summary>How many may be claimed now, and of which endpoints more or fewer than the rule says.</summary>
    public (int Limit, IReadOnlyCollection<(Guid Endpoint, int Room)> Rooms) Room()
    {
        lock (_gate)
        {
            int limit = _running >= places ? 0 : places * Ahead - _running - _queued;
            _isMore = limit <= 0;
            if (_isMore) return (0, []);
            List<(Guid, int)> rooms = [];
            foreach ((Guid endpoint, Lane lane) in _lanes)
            {
                lane.Room = Math.Max(0, (lane.IsFast ? perEndpoint * Ahead : perEndpoint) - lane.Running - lane.Waiting.Count);
                lane.IsMore = lane.Room == 0;
                rooms.Add((endpoint, lane.Room));
            }
            return (limit, rooms);
        }
    }

    /// <summary>Takes what was claimed with a limit.</summary>
    public void Add(IReadOnlyList<ClaimedDelivery> claimed, int limit)
    {
        lock (_gate)
        {
            _isMore |= claimed.Count >= limit;
            foreach (IGrouping<Guid, ClaimedDelivery> of in claimed.GroupBy(one => one.EndpointId))
            {
                if (!_lanes.TryGetValue(of.Key, out Lane? lane)) _lanes[of.Key] = lane = new Lane { Room = perEndpoint };
                foreach (ClaimedDelivery one in of) lane.Waiting.Enqueue(one);
                lane.IsMore |= of.Count() >= lane.Room;
                _queued += of.Count();
            }
        }
    }

    /// <summary>The next delivery that has a place, which is now taken; null when there is none. The endpoint with the fewest under way comes first.</summary>
    public ClaimedDelivery? Start()
    {
        lock (_gate)
        {
            if (_running >= places) return null;
            Lane? first = null;
            foreach (Lane lane in _lanes.Values)
                if (lane.Waiting.Count > 0 && lane.Running < perEndpoint && (first is null || lane.Running < first.Running)) first = lane;
            if (first is null) return null;
            first.Running++;
            _running++;
            _queued--;
            return first.Waiting.Dequeue();
        }
    }

    /// <summary>An endpoint keeps its sender waiting: the place is free for others, and what was claimed ahead of it is given back.</summary>
    public IReadOnlyList<ClaimedDelivery> Slow(Guid endpoint)
    {
        lock (_gate)
        {
            _running--;
            Lane lane = _lanes[endpoint];
            lane.IsFast = false;
            lane.IsMore = true;
            return Take(lane);
        }
    }

    /// <summary>An attempt has ended.</summary>
    /// <param name="endpoint">Of which endpoint.</param>
    /// <param name="wasSlow">It gave its place up by <see cref="Slow"/>.</param>
    /// <param name="isFast">The receiver took it fast.</param>
    /// <returns>True when there may be more to claim.</returns>
    public bool End(Guid endpoint, bool wasSlow, bool isFast)
    {
        lock (_gate)
        {
            if (!wasSlow) _running--;
            Lane lane = _lanes[endpoint];
            lane.Running--;
            lane.IsFast = isFast;
            bool more = _isMore || (lane.IsMore && lane.Waiting.Count == 0);
            if (lane.Running == 0 && lane.Waiting.Count == 0) _lanes.Remove(endpoint);
            return more;
        }
    }

    /// <summary>Takes out everything that waits.</summary>
    public IReadOnlyList<ClaimedDelivery> Clear()
    {
        lock (_gate) return [.. _lanes.Values.SelectMany(Take)];
    }

    ClaimedDelivery[] Take(Lane lane)
    {
        ClaimedDelivery[] waiting = [.. lane.Waiting];
        lane.Waiting.Clear();
        _queued -= waiting.Length;
        return waiting;
    }

    sealed class Lane
    {
        public Queue<ClaimedDelivery> Waiting { get; } = new();

        public int Running { get; set; }

        public int Room { get; set; }

        public bool IsFast { get; set; }

        public bool IsMore { get; set; }
    }
}
