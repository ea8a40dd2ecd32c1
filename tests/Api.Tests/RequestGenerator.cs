using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Keystone.Api.Tests;

/// <summary>Generates requests to an operation of the OpenAPI document: its example, and what differs from it in one place or in several.</summary>
internal static class RequestGenerator
{
    // JSON of values at which parsers, columns and checks have their edges.
    static readonly string[] Edges =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "1.5", "1e3", "1e-400", "2147483648", "9007199254740993", "9223372036854775808", "-9223372036854775809", "1e308",
        "[]", "{}", "[null]", "[[]]", "{\"a\":{}}", "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\t\\n\"", "\"\\u202etxt\"", "\"\\ud83d\\ude00\"", "\"\\u0130\\u0131\"", "\"e\\u0301\"",
        "\"0\"", "\"01\"", "\"-1\"", "\"+1\"", "\"1e3\"", "\"1,000\"", "\".5\"", "\"1.\"", "\"100.0\"", "\"NaN\"", "\"0.000000000000000000000000000000000000000000000000000001\"",
        "\"115792089237316195423570985008687907853269984665640564039457584007913129639935\"", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"",
        "\"0x\"", "\"0x0000000000000000000000000000000000000000\"", "\"0x70997970C51812dc3A010C7d01b50e0d17dc79C9\"", "\"0xzz997970c51812dc3a010c7d01b50e0d17dc79c8\"",
        "\"0xffffffffffffffffffffffffffffffffffffffff\"", "\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"{0199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11}\"",
        "\"2026-11-30\"", "\"2026-11-30T12:00:00\"", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-02-30T00:00:00Z\"",
        "\"2016-12-31T23:59:60Z\"", "\"292277026596-01-01T00:00:00Z\"", "\"https://[::1\"", "\"http://a:99999/\"", "\"javascript:alert(1)\"", "\"https://user:password@example.com/\"", "\"file:///etc/passwd\"",
        "\"https://xn--a.example/\"", "\"//\"", "\"10.0.0.0/8\"", "\"10.0.0.1/33\"", "\"::/0\"", "\"::ffff:127.0.0.1/128\"", "\"127.0.0.0/8\"", "\"a@b\"", "\"a@example.com\"", "\"'; drop table x; --\"",
        "\"../../etc\"", "\"%00\"", "\"${x}\"", "\"deliver\"", "\"receive\"", "\"buyer\"", "\"seller\"", "\"asset\"", "\"payment\"", "\"USDC\"", "\"dvp-single\"", "\"platform-b\"", "\"platform-c\"", "\"settle\"", "\"permit\"",
        "\"permit2\"", "\"authorization\"", "\"approve\"", "\"reject\"", "\"settlement.*\"", "\"*\"", "\"admin\"", "\"settlements:read\"", "\"production\"", "\"environment\"", "\"token\"", "\"platform\"", "\"all\"",
    ];

    static readonly Gen<string> Text = Any(
        Gen.String[0, 40], Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.String[One('0', '1', '9', '.', '-', '+', 'e', 'x', ' ', ':', '/', '%', '\\', '"'), 1, 30], Gen.Int[250, 600].Select(length => new string('x', length)));

    static readonly Gen<string> Value = Weighted(
        (6, One(Edges)),
        (3, Text.Select(text => Quoted(text))),
        (1, Gen.Long.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.Decimal.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        (1, One(Edges).Array[0, 70].Select(items => $"[{string.Join(',', items)}]")));

    static readonly Gen<BodyChange> Change = Gen.Select(Gen.Int[0, 200],
        Weighted((6, Just(BodyChangeKind.Replace)), (2, Just(BodyChangeKind.Remove)), (1, Just(BodyChangeKind.Add))), Value,
        (at, kind, value) => new BodyChange(at, kind, value));

    // Not %00: the web server refuses it before any of our code runs.
    static readonly Gen<string?> Target = Weighted<string?>(
        (16, Just<string?>(null)),
        (2, Gen.Guid.Select(id => (string?)id.ToString())),
        (2, One<string?>("00000000-0000-0000-0000-000000000000", "abc", "%20", "%F0%9F%98%80", "%FF", "'", "1", "-1", "~", "me", "{id}", "a%2Fb", "a%5Cb", "%25", "dvp-single", "DVP-SINGLE")),
        (1, Gen.Int[64, 3_000].Select(length => (string?)new string('a', length))));

    static readonly Gen<GeneratedCaller> Caller = Weighted(
        (16, Just(GeneratedCaller.Right)), (1, Just(GeneratedCaller.Foreign)), (1, Just(GeneratedCaller.Limited)), (1, Just(GeneratedCaller.Operator)),
        (1, Just(GeneratedCaller.Nobody)), (1, Just(GeneratedCaller.Garbage)));

    static readonly Gen<(string Name, string Value)> Header = One(
        ("Keystone-Version", "2026-11-20"), ("Keystone-Version", "1999-01-01"), ("Keystone-Version", ""), ("Keystone-Version", "%00"), ("X-Request-Id", "my-request"), ("X-Request-Id", ""),
        ("X-Request-Id", "a b"), ("Accept", "text/csv"), ("Accept", "application/xml"), ("Accept", "*/*;q=0.1, text/html"), ("Accept", ";;"), ("Accept", "text/csv;q=0"), ("If-None-Match", "\"x\""), ("If-None-Match", "*"),
        ("Accept-Language", "tr"), ("Range", "bytes=0-1"), ("Origin", "https://example.com"), ("Origin", "null"), ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Proto", "ftp"), ("X-HTTP-Method-Override", "DELETE"),
        ("Idempotency-Key", "x"), ("Cookie", "a=b"), ("traceparent", "00-x-y-z"), ("Accept-Encoding", "gzip, br, zstd"), ("Prefer", "wait=5"));

    static readonly Gen<BytesChange> Bytes = Weighted((40, Just(BytesChange.None)), (6, One(Enum.GetValues<BytesChange>())));

    static readonly Gen<string> ContentType = Weighted(
        (12, Just("application/json")),
        (3, One("application/x-www-form-urlencoded", "application/merge-patch+json", "application/json; charset=utf-8", "", "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data", ";", "a/b/c")));

    /// <summary>Requests to one operation.</summary>
    public static Gen<GeneratedRequest> Of(JsonObject operation)
    {
        bool hasBody = operation["requestBody"] is not null;
        Gen<BodyChange[]> changes = hasBody ? Weighted((2, Just(Array.Empty<BodyChange>())), (7, Change.Array[1, 3])) : Just(Array.Empty<BodyChange>());
        return Gen.Select(Caller, Target, Query(operation), Weighted((4, Just(Array.Empty<(string, string)>())), (1, Header.Array[1, 2])), changes,
            hasBody ? Bytes : Just(BytesChange.None), hasBody ? ContentType : Just("application/json"),
            (caller, target, query, headers, body, bytes, contentType) => new GeneratedRequest(caller, target, query, headers, body, bytes, contentType));
    }

    static Gen<string[]> Query(JsonObject operation)
    {
        JsonObject[] parameters = [.. (operation["parameters"]?.AsArray() ?? []).Select(one => one!.AsObject()).Where(one => (string?)one["in"] == "query")];
        if (parameters.Length == 0) return Weighted((9, Just(Array.Empty<string>())), (1, One("limit=-1", "x=%00", "=", "&&", "id=1&id=2").Select(one => new[] { one })));
        Gen<string> one = Any([.. parameters.Select(Parameter), One("unknown=1", "%00=%00", "=", "limit", "limit=1&limit=2")]);
        return Weighted((1, Just(Array.Empty<string>())), (5, one.Array[1, 3]));
    }

    static Gen<string> Parameter(JsonObject parameter)
    {
        string name = (string)parameter["name"]!;
        JsonNode schema = parameter["schema"]!["items"] ?? parameter["schema"]!;
        Gen<string> good = (string?)schema["type"] switch
        {
            _ when schema["enum"] is JsonArray choices => One([.. choices.Select(choice => (string)choice!)]),
            "integer" => Gen.Int[(int?)schema["minimum"] ?? 0, (int?)schema["maximum"] ?? 1_000].Select(number => number.ToString(CultureInfo.InvariantCulture)),
            "boolean" => One("true", "false"),
            _ when (string?)schema["format"] == "date-time" => Gen.DateTime[new DateTime(2020, 1, 1), new DateTime(2035, 1, 1)].Select(time => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            _ => One("INSTRUCTED", "FINALIZED", "dvp-single", "platform-a", "settlement", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "0199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11", "a"),
        };
        Gen<string> bad = Any(Text, One(Edges).Select(edge => edge.Trim('"')));
        return Weighted((3, good), (2, bad)).Select(value => $"{name}={Uri.EscapeDataString(Paired(value))}");
    }

    // The library's own have overloads between which the compiler cannot choose.
    static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    static Gen<T> Any<T>(params Gen<T>[] choices) => Gen.OneOf<T>([.. choices]);

    static Gen<T> Weighted<T>(params (int Weight, Gen<T> Choice)[] choices) => Gen.Frequency<T>([.. choices.Select(one => (one.Weight, (IGen<T>)one.Choice))]);

    static Gen<T> Just<T>(T value) => Gen.Const(() => value);

    static string Quoted(string text) => JsonSerializer.Serialize(Paired(text));

    // Half a surrogate pair cannot be written as UTF-8; BytesChange.HalfCharacter sends one.
    static string Paired(string text) => new([.. text.Select(c => char.IsSurrogate(c) ? '?' : c)]);
}
