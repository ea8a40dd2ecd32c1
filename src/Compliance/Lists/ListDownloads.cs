using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Keystone.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Compliance.Lists;

/// <summary>
/// Fetches the files of lists that have an address. A file takes the place of the one before when it is whole, its checksum and signature hold and it can be read; its time
/// is when the publisher was asked last.
/// </summary>
public sealed partial class ListDownloads(IOptions<ScreeningOptions> options, TimeProvider time, ILogger<ListDownloads> log) : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    readonly ConcurrentDictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);
    readonly HttpClient _client = Client();

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Fetches every list that is due. A failure is reported and leaves the file as it is.</summary>
    public async Task FetchAsync(CancellationToken cancellationToken)
    {
        foreach (ListOptions list in options.Value.Lists.Where(list => list.Url.Length > 0))
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_asked.TryGetValue(list.Name, out DateTimeOffset asked) && now - asked < TimeSpan.FromMinutes(list.RefreshMinutes)) continue;
            FileInfo file = new(list.File);
            // A restart asks no publisher anew for what was fetched a minute before.
            if (!_asked.ContainsKey(list.Name) && file.Exists && now - file.LastWriteTimeUtc < TimeSpan.FromMinutes(list.RefreshMinutes)) continue;
            _asked[list.Name] = now;
            try
            {
                await FetchAsync(list, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ListFileException or UnauthorizedAccessException or CryptographicException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Soon again: the age of the file in use runs on.
                _asked[list.Name] = now - TimeSpan.FromMinutes(list.RefreshMinutes) + TimeSpan.FromMinutes(5);
                Failed(list.Name, e.Message);
            }
        }
    }

    /// <summary>Fetches one list now.</summary>
    internal async Task FetchAsync(ListOptions list, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(Limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string part = list.File + ".part";
        try
        {
            byte[] hash = await FileAsync(list, part, either.Token);
            if (list.ChecksumUrl.Length > 0 && !(await SmallAsync(list.ChecksumUrl, either.Token) is { } sum && Encoding.ASCII.GetString(sum).Trim().Split([' ', '\t', '\n', '\r'])[0] is { Length: 64 } digits
                && digits.All(char.IsAsciiHexDigit) && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(digits), hash)))
                throw new ListFileException("hash_mismatch", $"{list.Url} does not have the SHA-256 that {list.ChecksumUrl} names; the file before stays in use.");
            if (list.SignatureUrl.Length > 0 && !IsSigned(await System.IO.File.ReadAllTextAsync(list.SignatureKeyFile, either.Token), hash, await SmallAsync(list.SignatureUrl, either.Token)))
                throw new ListFileException("hash_mismatch", $"the signature of {list.Url} does not hold; the file before stays in use.");
            ListFile.Load(part, list.Format, list.MaxBytes);
            System.IO.File.SetLastWriteTimeUtc(part, time.GetUtcNow().UtcDateTime);
            System.IO.File.Move(part, list.File, overwrite: true);
            Fetched(list.Name, Convert.ToHexStringLower(hash));
        }
        finally
        {
            System.IO.File.Delete(part);
        }
    }

    async Task<byte[]> FileAsync(ListOptions list, string part, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(list.Url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new ListFileException("missing", $"{list.Url} answered with status {(int)response.StatusCode}.");
        long? expected = response.Content.Headers.ContentLength;
        if (expected > list.MaxBytes) throw new ListFileException("too_large", $"{list.Url} has {expected} bytes, and MaxBytes is {list.MaxBytes}.");
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long read = 0;
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using FileStream file = new(part, FileMode.Create, FileAccess.Write, FileShare.None);
        byte[] buffer = new byte[81_920];
        for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if ((read += count) > list.MaxBytes) throw new ListFileException("too_large", $"{list.Url} has more than {list.MaxBytes} bytes, which is MaxBytes.");
            hash.AppendData(buffer.AsSpan(0, count));
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        if (expected is { } length && read != length) throw new ListFileException("truncated", $"{list.Url} ended after {read} of {length} bytes.");
        return hash.GetHashAndReset();
    }

    async Task<byte[]> SmallAsync(string url, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new ListFileException("missing", $"{url} answered with status {(int)response.StatusCode}.");
        await response.Content.LoadIntoBufferAsync(65_536, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    static bool IsSigned(string pem, byte[] hash, byte[] signature)
    {
        string text = Encoding.ASCII.GetString(signature).Trim();
        byte[] decoded = new byte[text.Length];
        if (Convert.TryFromBase64String(text, decoded, out int length)) signature = decoded[..length];
        try
        {
            using ECDsa curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return curve.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence) || curve.VerifyHash(hash, signature);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            using RSA rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    // Publishers answer with a redirect to their storage; none leads from https to http.
    static HttpClient Client()
    {
        SocketsHttpHandler handler = HostConnector.Handler();
        handler.MaxAutomaticRedirections = 3;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    [LoggerMessage(12005, LogLevel.Information, "Fetched the list {List}, SHA-256 {Hash}")]
    partial void Fetched(string list, string hash);

    [LoggerMessage(12006, LogLevel.Error, "ALARM screening_list: the list {List} could not be fetched, the file before stays in use: {Reason}")]
    partial void Failed(string list, string reason);
}
