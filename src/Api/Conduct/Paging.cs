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

    public JsonObject Envelope(IEnumerable<JsonNode> items, long total, bool capped = false)
    {
        JsonObject list = new()
        {
            ["items"] = new JsonArray([.. items]),
            ["total"] = total,
            ["limit"] = Limit,
            ["offset"] = Offset,
            ["next_cursor"] = null,
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
