using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Conduct;

/// <summary>Limit and offset of a list.</summary>
internal readonly record struct Paging(int Limit, int Offset)
{
    const int MaxLimit = 200, MaxOffset = 10_000;

    public static Paging Read(HttpContext context, Faults faults) => new(
        Number(context, "limit", 50, 1, MaxLimit, faults), Number(context, "offset", 0, 0, MaxOffset, faults));

    public JsonObject Envelope(IEnumerable<JsonNode> items, long total, bool capped = false, ListCursor? next = null)
    {
        JsonObject list = new()
        {
            ["items"] = new JsonArray([.. items]),
            ["total"] = total,
            ["limit"] = Limit,
            ["offset"] = Offset,
            ["next_cursor"] = next?.ToString(),
        };
        if (capped)
            list["total_capped"] = true;
        return list;
    }

    static int Number(HttpContext context, string name, int normal, int least, int most, Faults faults)
    {
        if (!context.Request.Query.TryGetValue(name, out var values))
            return normal;
        if (values.Count == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        faults.Add("/" + name, "out_of_range", $"Use a whole number from {least} to {most}.");
        return normal;
    }
}

/// <summary>The last row of a page, opaque to callers: the next page begins behind it, whatever was added in front meanwhile.</summary>
internal sealed record ListCursor(DateTimeOffset CreatedAt, Guid Id)
{
    const int Size = 24;

    public override string ToString()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt.UtcTicks);
        Id.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static ListCursor? Read(HttpContext context, Faults faults)
    {
        if (!context.Request.Query.TryGetValue("cursor", out var values))
            return null;
        byte[] bytes = new byte[Size];
        if (values is [{ Length: Size / 3 * 4 } text] && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out int written) && written == Size
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and long ticks && ticks <= DateTimeOffset.MaxValue.UtcTicks)
        {
            if (context.Request.Query.ContainsKey("offset"))
                faults.Add("/offset", "contradiction", "cursor and offset do not go together; send one of them.");
            return new ListCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes.AsSpan(8), bigEndian: true));
        }
        faults.Add("/cursor", "invalid_cursor", "Use next_cursor of an earlier answer as it is.");
        return null;
    }
}

/// <summary>Ids in paths: a UUID in any case; everything else is an id that nothing has.</summary>
internal static class PathId
{
    public static Guid Read(HttpContext context, string what) =>
        Guid.TryParseExact(context.Request.RouteValues["id"] as string, "D", out Guid id) ? id : throw Refusal.NotFound(what);
}

/// <summary>Times in answers: UTC with <c>Z</c>.</summary>
internal static class Times
{
    public static string Text(DateTimeOffset instant)
    {
        DateTimeOffset utc = instant.ToUniversalTime();
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
    }

    public static string? Text(DateTimeOffset? instant) => instant is { } known ? Text(known) : null;
}
