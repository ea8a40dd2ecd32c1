using System.Globalization;
using System.Net;
using System.Text;
using Keystone.Ethereum.Proofs;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>
/// Logs and receipts have two readers: one straight from the bytes, one of JSON documents, which is asked what the first one leaves. On each answer, sound or
/// damaged, both ways have to come to the same values, or to a fault of the node.
/// </summary>
public sealed class FastResponseTests(ITestOutputHelper output)
{
    const int Blocks = 3;

    [Fact]
    public void Both_readers_of_logs_and_receipts_agree_on_random_and_on_damaged_answers()
    {
        FuzzSeed seed = new(output, "answers of logs and receipts", 5_000);
        int fast = 0, refused = 0;
        seed.Run((_, random) =>
        {
            bool logs = random.Next(2) == 0;
            byte[] answer = Encoding.UTF8.GetBytes(logs ? Response(random, 1, Logs(random)) : Batch(random));
            if (random.Next(2) == 0) answer = Damage(random, answer);
            // With another status of success the reader of documents is asked alone.
            string both = Ask(answer, HttpStatusCode.OK, logs), documents = Ask(answer, HttpStatusCode.Created, logs);
            Assert.True(both == documents, $"{Encoding.UTF8.GetString(answer)}\nwith the fast reader:\n{both}\nwithout:\n{documents}");
            if (logs ? FastResponse.Logs(answer) is not null : FastResponse.Receipts(answer, Blocks) is not null) fast++;
            if (both == Refused) refused++;
        });
        output.WriteLine($"{fast} read from their bytes, {refused} refused");
        if (seed.Count < 2) return;
        Assert.InRange(fast, seed.Count / 10, seed.Count - 1);
        Assert.InRange(refused, seed.Count / 10, seed.Count - 1);
    }

    [Fact]
    public void What_is_encoded_while_it_is_read_is_what_the_values_give()
    {
        Random random = new(7);
        int read = 0, logs = 0;
        while (read < 2_000)
        {
            byte[] answer = Encoding.UTF8.GetBytes(Batch(random));
            if (FastResponse.Receipts(answer, Blocks) is not { } blocks) continue;
            foreach (EncodedReceipts receipts in blocks.Cast<EncodedReceipts>())
            {
                for (int i = 0; i < receipts.Count; i++, read++)
                {
                    TransactionReceipt receipt = receipts[i];
                    // The values give the right filter; the node told any.
                    byte[] expected = ReceiptCodec.Encode(receipt), right = LogsBloom.Of(receipt.Logs);
                    receipt.LogsBloom.Span.CopyTo(expected.AsSpan(expected.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xb9, 0x01, 0x00, .. right]) + 3));
                    Assert.Equal(expected, receipts.Encodings[i].ToArray());
                    logs += receipt.Logs.Length;
                }
            }
        }
        Assert.True(logs > 1_000);
    }

    [Fact]
    public void Receipts_whose_filters_the_node_left_out_have_their_root_all_the_same()
    {
        Random random = new(8);
        IReadOnlyList<TransactionReceipt>[]? blocks;
        do blocks = FastResponse.Receipts(Encoding.UTF8.GetBytes(Batch(random)), Blocks);
        while (blocks?.Any(receipts => receipts.Count == 2) != true);
        IReadOnlyList<TransactionReceipt> told = blocks.First(receipts => receipts.Count == 2);
        byte[] bloom = new byte[LogsBloom.Size], others = new byte[LogsBloom.Size];
        Hash32 root = ReceiptCodec.RootOf([.. told], bloom);
        others.AsSpan().Fill(1);
        Assert.True(ReceiptCodec.HaveRoot(told, root, others));
        Assert.Equal(bloom, others);
        // As they were encoded they have another.
        Hash32 wrong = OrderedTrie.RootOf(((EncodedReceipts)told).Encodings);
        Assert.NotEqual(root, wrong);
        Assert.True(ReceiptCodec.HaveRoot(told, wrong, others));
        Assert.False(ReceiptCodec.HaveRoot([.. told], wrong, others));
        Assert.False(ReceiptCodec.HaveRoot(told, Hash32.Zero, others));
    }

    const string Refused = "refused";

    static string Ask(byte[] body, HttpStatusCode status, bool logs)
    {
        using HttpClient client = new(new Fixed(body, status));
        JsonRpcNode node = new(client, new Uri("http://node.invalid"));
        try
        {
            // Nothing waits for anything: the answer is in memory.
            return logs
                ? Text(Completed(node.GetLogsAsync(new LogFilter([], [], 1, 2), default)))
                : string.Join("\n\n", Completed(node.GetReceiptsOfAsync([.. Enumerable.Repeat(Hash32.Zero, Blocks)], default)).Select(Text));
        }
        catch (NodeException)
        {
            return Refused;
        }

        static T Completed<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits.");
    }

    static string Text(IReadOnlyList<LogEntry> logs) => string.Join('\n', logs.Select(log => string.Create(CultureInfo.InvariantCulture,
        $"{log.Address} [{string.Join(' ', log.Topics)}] {Hex.Encode(log.Data.Span)} {log.BlockNumber} {log.BlockHash} {log.TransactionHash} {log.TransactionIndex} {log.LogIndex}")));

    static string Text(IReadOnlyList<TransactionReceipt>? receipts) => receipts is null ? "null" : string.Join('\n', receipts.Select(one => string.Create(CultureInfo.InvariantCulture,
        $"{one.TransactionHash} {one.TransactionIndex} {one.BlockHash} {one.BlockNumber} {one.From} {one.To} {one.ContractAddress} {one.Succeeded} {one.Type} {one.GasUsed} {one.CumulativeGasUsed} {one.EffectiveGasPrice} {Hex.Encode(one.LogsBloom.Span)}\n{Text(one.Logs)}")));

    // ---- answers

    static string Batch(Random random)
    {
        string[] responses = [.. Enumerable.Range(1, Blocks).Select(id => Response(random, id, Receipts(random)))];
        if (random.Next(3) == 0) random.Shuffle(responses);
        return $"[{string.Join(Space(random) + ",", responses)}]";
    }

    static string Response(Random random, int id, string result) =>
        Members(random, [("jsonrpc", "\"2.0\""), ("id", id.ToString(CultureInfo.InvariantCulture)), ("result", result)], unknown: random.Next(20) == 0);

    static string Logs(Random random) => $"[{string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => Log(random)))}]";

    static string Receipts(Random random) => random.Next(20) == 0 ? "null" : $"[{string.Join(",", Enumerable.Range(0, random.Next(3)).Select(_ => Receipt(random)))}]";

    static string Log(Random random) => Members(random,
    [
        ("address", Bytes(random, 20)), ("topics", $"[{string.Join(", ", Enumerable.Range(0, random.Next(random.Next(10) == 0 ? 7 : 5)).Select(_ => Bytes(random, 32)))}]"),
        ("data", Bytes(random, random.Next(100))), ("blockNumber", Number(random)), ("blockHash", Bytes(random, 32)), ("transactionHash", Bytes(random, 32)),
        ("transactionIndex", Number(random)), ("logIndex", Number(random)), ("removed", random.Next(8) == 0 ? "true" : "false"),
    ], unknown: random.Next(4) == 0);

    static string Receipt(Random random)
    {
        List<(string, string)> members =
        [
            ("transactionHash", Bytes(random, 32)), ("transactionIndex", Number(random)), ("blockHash", Bytes(random, 32)), ("blockNumber", Number(random)),
            ("from", Bytes(random, 20)), ("status", random.Next(10) == 0 ? Number(random) : random.Next(2) == 0 ? "\"0x0\"" : "\"0x1\""), ("type", random.Next(10) == 0 ? Number(random) : "\"0x2\""),
            ("gasUsed", Number(random)), ("cumulativeGasUsed", Number(random)), ("effectiveGasPrice", Number(random)), ("logsBloom", Bytes(random, 256)), ("logs", Logs(random)),
        ];
        if (random.Next(4) > 0) members.Add(("to", random.Next(3) == 0 ? "null" : Bytes(random, 20)));
        if (random.Next(4) > 0) members.Add(("contractAddress", random.Next(3) > 0 ? "null" : Bytes(random, 20)));
        if (random.Next(15) == 0) members.Add(("root", Bytes(random, 32)));
        return Members(random, [.. members], unknown: random.Next(4) == 0);
    }

    // In any order, now and then with one that nobody knows, one missing, or one twice.
    static string Members(Random random, (string Name, string Value)[] members, bool unknown)
    {
        List<(string Name, string Value)> all = [.. members];
        if (unknown) all.Add(("blobGasUsed", random.Next(3) switch { 0 => "{\"a\":[1,{\"b\":null}]}", 1 => "\"0x5\"", _ => "null" }));
        if (random.Next(40) == 0) all.RemoveAt(random.Next(all.Count));
        if (random.Next(40) == 0) all.Add(all[random.Next(all.Count)]);
        (string Name, string Value)[] order = [.. all];
        if (random.Next(2) == 0) random.Shuffle(order);
        return $"{{{string.Join(",", order.Select(one => $"{Space(random)}\"{Escaped(random, one.Name)}\"{Space(random)}:{Space(random)}{one.Value}"))}}}";
    }

    static string Bytes(Random random, int count)
    {
        byte[] bytes = new byte[random.Next(200) == 0 ? random.Next(count + 2) : count];
        random.NextBytes(bytes);
        string text = Hex.Encode(bytes);
        if (random.Next(4) == 0) text = "0x" + text[2..].ToUpperInvariant();
        if (random.Next(300) == 0) text = "0X" + text[2..];
        if (random.Next(300) == 0) text += "f";
        return $"\"{Escaped(random, text)}\"";
    }

    static string Number(Random random)
    {
        string digits = random.Next(150) switch
        {
            0 => "0",
            1 => random.NextInt64().ToString("x", CultureInfo.InvariantCulture),
            2 => "000" + random.Next(1000).ToString("x", CultureInfo.InvariantCulture),
            3 => random.Next(40) switch { 0 => "ffffffffffffffff", 1 => "1ffffffffffffffff", 2 => "", 3 => "7fffffff", 4 => "80000000", 5 => "g", _ => "7F" },
            _ => random.Next(1 << 20).ToString("x", CultureInfo.InvariantCulture),
        };
        return $"\"{Escaped(random, "0x" + digits)}\"";
    }

    static string Space(Random random) => random.Next(10) == 0 ? " \n\t"[..random.Next(1, 4)] : "";

    static string Escaped(Random random, string text)
    {
        if (random.Next(400) > 0 || text.Length == 0) return text;
        int at = random.Next(text.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..at]}\\u{(int)text[at]:x4}{text[(at + 1)..]}");
    }

    static byte[] Damage(Random random, byte[] sound)
    {
        byte[] bytes = random.Next(6) == 0 ? sound[..random.Next(sound.Length + 1)] : (byte[])sound.Clone();
        for (int changes = 1 + random.Next(2); changes > 0 && bytes.Length > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] = (byte)"0123456789abcdefABCDEFxX\",:{}[]n"[random.Next(32)]; break;
                case 2: bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(Math.Min(bytes.Length, at + random.Next(1, 4)))]; break;
                case 3: bytes = [.. bytes.AsSpan(0, at), bytes[at], .. bytes.AsSpan(at)]; break;
                default:
                    int colon = Array.IndexOf(bytes, (byte)':', at);
                    int end = colon < 0 ? -1 : Array.FindIndex(bytes, colon, b => b is (byte)',' or (byte)'}' or (byte)']');
                    if (end < 0) break;
                    string[] others = ["null", "1", "-1", "1e400", "\"\"", "\"0x\"", "\"0x0\"", "[]", "{}", "true", "2147483648", "\"\\ud800\"", "[null]", "\"0x" + new string('f', 65) + "\""];
                    bytes = [.. bytes.AsSpan(0, colon + 1), .. Encoding.UTF8.GetBytes(others[random.Next(others.Length)]), .. bytes.AsSpan(end)];
                    break;
            }
        }
        return bytes;
    }

    sealed class Fixed(byte[] body, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(body) });
    }
}
