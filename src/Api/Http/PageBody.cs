using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Keystone.Api.Http;

/// <summary>A page of a list.</summary>
internal sealed record PageBody<T>(
    [property: Description("What this page holds, in the order of the list.")] IReadOnlyList<T> Items,
    [property: Description("How many match; exact up to 10,000.")] long Total,
    [property: Description("Most items of a page, as asked for or by default.")] int Limit,
    [property: Description("How many items of the list come before this page; 0 when it was asked for by a cursor.")] int Offset,
    [property: Description("Send it as cursor to read the next page; null at the end, or for a list without cursors.")] string? NextCursor,
    [property: Description("True when more than total match; otherwise absent."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? TotalCapped = null);
