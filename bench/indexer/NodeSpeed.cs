using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Keystone.Ethereum;

namespace Keystone.IndexerBench;

/// <summary>The node alone: the same ranges of <c>eth_getLogs</c> one after the other, the bytes of each answer read and thrown away.</summary>
internal static class NodeSpeed
{
    /// <summary>Blocks of a range; ten thousand logs.</summary>
    public const int Range = 200;

    public static async Task<TimeSpan> MeasureAsync(Uri url, Address escrow, long last)
    {
        using HttpClient client = new();
        byte[] sink = new byte[1 << 17];
        long start = Stopwatch.GetTimestamp();
        for (long from = 1; from <= last; from += Range)
        {
            using Stream answer = await AskAsync(client, url, escrow, from, Math.Min(last, from + Range - 1));
            while (await answer.ReadAsync(sink) > 0)
            {
                // The next part overwrites it.
            }
        }
        return Stopwatch.GetElapsedTime(start);
    }

    public static async Task<Stream> AskAsync(HttpClient client, Uri url, Address escrow, long from, long to)
    {
        string body = string.Create(CultureInfo.InvariantCulture,
            $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"address":"{{escrow}}","fromBlock":"0x{{from:x}}","toBlock":"0x{{to:x}}"}]}""");
        using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
    }
}
