using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Keystone.Api.Http;

/// <summary>A page of a list.</summary>
internal sealed record PageBody<T>(
    IReadOnlyList<T> Items,
    [property: Description("How many match; exact up to 10,000.")] long Total,
    int Limit,
    int Offset,
    [property: Description("Send it as cursor to read the next page; null at the end, or for a list without cursors.")] string? NextCursor,
    [property: Description("True when more than total match; otherwise absent."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? TotalCapped = null);
