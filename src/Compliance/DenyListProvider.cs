using Keystone.Domain.Engine;
using Microsoft.Extensions.Options;

namespace Keystone.Compliance;

/// <summary>Screens by a file, which is read again when it has changed. A missing, malformed or stale file is an error and clears no party.</summary>
public sealed class DenyListProvider(IOptions<ScreeningOptions> options, TimeProvider time) : IScreeningProvider
{
    /// <summary>Name of the deny list in evidence.</summary>
    public const string Source = "deny-list";

    readonly Lock _gate = new();
    (DateTime Written, long Length, DenyList List)? _read;

    /// <inheritdoc/>
    public async Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken)
    {
        DenyList list;
        try
        {
            list = Current();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new ScreeningVerdict(ScreeningStatus.Error, $"deny list: {e.Message}");
        }
        // Until whoever asks gives up.
        if (list.IsSilent(subject)) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        return new ScreeningVerdict(list.Judge(subject), "deny-list", list.Hash);
    }

    /// <summary>The list as it is now.</summary>
    /// <exception cref="IOException">It cannot be read, or it is stale.</exception>
    /// <exception cref="FormatException">It is malformed.</exception>
    public DenyList Current()
    {
        FileInfo file = new(options.Value.DenyList);
        if (!file.Exists) throw new FileNotFoundException("the file does not exist");
        if (options.Value.MaxAgeHours > 0 && time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > TimeSpan.FromHours(options.Value.MaxAgeHours))
            throw new IOException("the file is older than Screening:MaxAgeHours allows");
        lock (_gate)
        {
            if (_read is { } read && read.Written == file.LastWriteTimeUtc && read.Length == file.Length) return read.List;
            DenyList list = DenyList.Parse(File.ReadAllBytes(file.FullName));
            _read = (file.LastWriteTimeUtc, file.Length, list);
            return list;
        }
    }
}
