using Keystone.Compliance.Changes;
using Keystone.Ethereum;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Compliance.Lists;

/// <summary>
/// The published lists in use. A file that is malformed, cut off or older than the one in use leaves that one in use until it is stale, and is reported. While a file is missing, empty or
/// halved, or the one in use is stale, nobody is cleared.
/// </summary>
public sealed partial class SanctionsLists : IDisposable
{
    readonly SemaphoreSlim _refreshing = new(1, 1);
    readonly Dictionary<string, Slot> _slots;
    readonly ListFileStore _store;
    readonly ListChangeStore _changes;
    readonly TimeProvider _time;
    readonly ILogger<SanctionsLists> _log;
    volatile ListSet? _set;

    /// <summary>Lists of the settings; nothing is read before <see cref="RefreshAsync(CancellationToken)"/>.</summary>
    public SanctionsLists(ListFileStore store, ListChangeStore changes, IOptions<ScreeningOptions> options, TimeProvider time, ILogger<SanctionsLists> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _changes, _time, _log) = (store, changes, time, log);
        _slots = options.Value.Lists.ToDictionary(list => list.Name, list => new Slot(list), StringComparer.Ordinal);
    }

    /// <summary>Every list as it is used now.</summary>
    public IReadOnlyList<ListState> States => [.. _slots.Values.Select(StateOf)];

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    /// <summary>Reads the files that have changed since they were read. Returns the sources whose list is another one now.</summary>
    public async Task<IReadOnlyList<string>> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            List<string> changed = [];
            IReadOnlyDictionary<string, (Hash32 Hash, DateTimeOffset WrittenAt)> accepted = await _store.AcceptedAsync(cancellationToken);
            foreach (Slot slot in _slots.Values)
                if (await RefreshAsync(slot, cancellationToken) || await FollowAsync(slot, accepted, cancellationToken)) changed.Add(slot.Options.Name);
            if ((changed.Count > 0 || _set is null) && _slots.Values.All(slot => slot.Used is not null))
                _set = new ListSet([.. _slots.Values.OrderBy(slot => slot.Options.Name, StringComparer.Ordinal).Select(slot => (slot.Options.Name, slot.Options.Format, slot.Used!))]);
            return changed;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>The lists for a check.</summary>
    /// <exception cref="ListFileException">One cannot be used, so that nobody is cleared.</exception>
    internal ListSet Current()
    {
        foreach (Slot slot in _slots.Values)
            if (StateOf(slot) is { IsUsable: false } state)
                throw new ListFileException(state.Reason ?? "missing", state.Fault ?? $"The list {state.Name} has not been read yet.");
        return _set ?? throw new ListFileException("missing", "The lists have not been read yet.");
    }

    ListState StateOf(Slot slot)
    {
        (string? reason, string? fault) = (slot.Reason, slot.Fault);
        LoadedFile? used = slot.Used;
        // What a list has lost is either a mistake or news that everybody has to have at once: an operator says which.
        bool usable = used is not null && _set is not null && reason is not ("missing" or "empty" or "halved");
        if (used is not null && slot.Options.MaxAgeHours > 0 && _time.GetUtcNow() - used.WrittenAt > TimeSpan.FromHours(slot.Options.MaxAgeHours))
        {
            usable = false;
            fault = $"The list {slot.Options.Name} was written last at {used.WrittenAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, which is longer ago than its MaxAgeHours of {slot.Options.MaxAgeHours}."
                + (fault is null ? " Fetch it again, or touch the file when it is still the current one." : " " + fault);
            reason = "stale";
        }
        return new ListState(slot.Options.Name, usable, reason, fault, used?.Hash, used?.List.PublishedAt, used?.WrittenAt, used?.List.Entries.Count ?? 0);
    }

    async Task<bool> RefreshAsync(Slot slot, CancellationToken cancellationToken)
    {
        FileInfo file = new(slot.Options.File);
        (DateTime, long) stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (slot.Stamp == stamp && slot.WasRead) return false;
        try
        {
            slot.Used ??= await LastAsync(slot, cancellationToken);
            LoadedFile loaded = ListFile.Load(slot.Options.File, slot.Options.Format, slot.Options.MaxBytes);
            ListGuard.Check(slot.Options, loaded, slot.Used);
            DateTimeOffset now = _time.GetUtcNow();
            await _store.KeepAsync(slot.Options.Name, ListFileStore.FormatText(slot.Options.Format), loaded, now, cancellationToken);
            bool isOther = slot.Used?.Hash != loaded.Hash;
            await _changes.WriteAsync(slot.Options.Name, slot.Used, loaded, now, cancellationToken);
            if (isOther)
            {
                Loaded(slot.Options.Name, loaded.List.Entries.Count, loaded.List.Names, loaded.List.Wallets, loaded.Hash.ToString());
                foreach (string note in loaded.List.Notes) Noted(slot.Options.Name, note);
                if (ListGuard.Note(slot.Options, loaded, slot.Used) is { } shrunk) Shrunk(shrunk);
            }
            bool isFirst = slot.Used is null || slot.Used.WrittenAt != loaded.WrittenAt || isOther;
            (slot.Used, slot.Reason, slot.Fault, slot.Stamp, slot.WasRead) = (loaded, null, null, stamp, true);
            return isFirst;
        }
        catch (ListFileException e)
        {
            (slot.Reason, slot.Fault, slot.Stamp, slot.WasRead) = (e.Reason, e.Message, stamp, true);
            Refused(slot.Options.Name, e.Reason, e.Message);
            return false;
        }
    }

    // A file that another keeper has taken into use is this one's too, though its own copy has not come: live parties were compared with the change once, and not again by each keeper.
    async Task<bool> FollowAsync(Slot slot, IReadOnlyDictionary<string, (Hash32 Hash, DateTimeOffset WrittenAt)> accepted, CancellationToken cancellationToken)
    {
        if (slot.Used is not { } used || !accepted.TryGetValue(slot.Options.Name, out (Hash32 Hash, DateTimeOffset WrittenAt) other)) return false;
        if (other.Hash == used.Hash || other.WrittenAt <= used.WrittenAt || await LastAsync(slot, cancellationToken) is not { } followed) return false;
        Followed(slot.Options.Name, followed.Hash.ToString());
        slot.Used = followed;
        return true;
    }

    // What this system used before the process started is what a new file is compared with.
    async Task<LoadedFile?> LastAsync(Slot slot, CancellationToken cancellationToken)
    {
        try
        {
            return await _store.LastAsync(slot.Options.Name, slot.Options.Format, cancellationToken);
        }
        catch (Exception e) when (e is ListFileException or InvalidDataException)
        {
            return null;
        }
    }

    [LoggerMessage(12001, LogLevel.Information, "The list {List} is in use: {Entries} entries, {Names} names, {Wallets} wallets, SHA-256 {Hash}")]
    partial void Loaded(string list, int entries, int names, int wallets, string hash);

    [LoggerMessage(12011, LogLevel.Warning, "The list {List} that another keeper has taken into use is in use here, SHA-256 {Hash}; the file of this keeper is older")]
    partial void Followed(string list, string hash);

    [LoggerMessage(12002, LogLevel.Error, "ALARM screening_list: the list {List} is refused ({Reason}): {Fault}")]
    partial void Refused(string list, string reason, string fault);

    [LoggerMessage(12003, LogLevel.Warning, "List {List}: {Note}")]
    partial void Noted(string list, string note);

    [LoggerMessage(12004, LogLevel.Error, "ALARM screening_list_shrunk: {Text}")]
    partial void Shrunk(string text);

    sealed class Slot(ListOptions options)
    {
        public ListOptions Options => options;

        public LoadedFile? Used { get; set; }

        public string? Reason { get; set; }

        public string? Fault { get; set; }

        public (DateTime, long) Stamp { get; set; }

        public bool WasRead { get; set; }
    }
}
