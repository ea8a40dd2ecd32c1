namespace Keystone.Dashboard.SignIn;

/// <summary>Tells the pages of one circuit that its session is over. A layout says what is to happen then.</summary>
internal sealed class SessionEnd
{
    readonly Lock _gate = new();
    readonly List<Func<Task>> _handlers = [];
    bool _isOver;

    /// <summary>The session is over: nothing that the browser sends is answered any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate) return _isOver;
        }
    }

    /// <summary>Says what is to happen at the end: stop feeds, load <c>/signed-out</c>.</summary>
    /// <returns>To be disposed with the page.</returns>
    public IDisposable OnEnd(Func<Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        bool isOver;
        lock (_gate)
        {
            isOver = _isOver;
            if (!isOver) _handlers.Add(handler);
        }
        // It ended while the page was made.
        if (isOver) _ = handler();
        return new Registration(this, handler);
    }

    /// <summary>Ends the pages, once.</summary>
    public async Task EndAsync()
    {
        Func<Task>[] handlers;
        lock (_gate)
        {
            if (_isOver) return;
            _isOver = true;
            handlers = [.. _handlers];
        }
        await Task.WhenAll(handlers.Select(handler => handler()));
    }

    void Remove(Func<Task> handler)
    {
        lock (_gate) _handlers.Remove(handler);
    }

    sealed class Registration(SessionEnd end, Func<Task> handler) : IDisposable
    {
        public void Dispose() => end.Remove(handler);
    }
}
