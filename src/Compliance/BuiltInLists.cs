using System.Collections.Concurrent;
using System.IO.Compression;
using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Microsoft.Extensions.Options;

namespace Keystone.Compliance;

/// <summary>The built-in provider of both layers: the deny list and the published lists. A list that cannot be used is an error, which clears nobody.</summary>
public sealed class BuiltInLists(DenyListProvider denied, SanctionsLists lists, ListFileStore store, IOptions<ScreeningOptions> options, TimeProvider time) : IScreeningProvider
{
    readonly ConcurrentDictionary<Hash32, bool> _kept = new();

    /// <inheritdoc/>
    public async Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken)
    {
        DenyList denyList;
        ListSet set;
        try
        {
            denyList = denied.Current();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new ScreeningVerdict(ScreeningStatus.Error, $"deny list: {e.Message}");
        }
        // Until whoever asks gives up.
        if (denyList.IsSilent(subject)) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        try
        {
            set = lists.Current();
        }
        catch (ListFileException e)
        {
            return new ScreeningVerdict(ScreeningStatus.Error, e.Message);
        }
        (string Source, string Format, Hash32 File)[] files =
            [(DenyListProvider.Source, DenyListProvider.Source, denyList.Hash), .. set.Files.Select(file => (file.Source, ListFileStore.FormatText(file.Format), file.File.Hash))];
        Hash32 hash = ListSet.HashOf(files);
        // An answer is not stored before the lists that it rests on.
        if (!_kept.ContainsKey(hash))
        {
            DateTimeOffset now = time.GetUtcNow();
            await store.KeepAsync(DenyListProvider.Source, DenyListProvider.Source, File(denyList), now, cancellationToken);
            await store.KeepSetAsync(hash, files, now, cancellationToken);
            _kept[hash] = true;
        }
        Thresholds thresholds = new(options.Value.FlagScore, options.Value.FailScore);
        (ScreeningStatus status, IReadOnlyList<EvidenceHit> hits) = ListJudge.Judge(subject, denyList, set, thresholds);
        return new ScreeningVerdict(status, set.Files.Count == 0 ? DenyListProvider.Source : "lists", hash) { Evidence = ScreeningEvidence.Of(status, hits, thresholds, null) };
    }

    static LoadedFile File(DenyList list)
    {
        using MemoryStream packed = new();
        using (BrotliStream brotli = new(packed, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(list.Content.Span);
        return new LoadedFile(new ParsedList([], null, 0, []), list.Hash, DateTimeOffset.UnixEpoch, list.Content.Length, packed.ToArray());
    }
}
