using System.Globalization;
using Keystone.Api.OpenApi;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Http;

/// <summary>Limit and offset of a list.</summary>
internal readonly record struct Paging(int Limit, int Offset)
{
    const int MaxLimit = 200, MaxOffset = 10_000, NormalLimit = 50;

    /// <summary>Query parameters of every list.</summary>
    public static QueryParameter[] Parameters { get; } =
    [
        QueryParameter.Integer("limit", "Most items of the page.", 1, MaxLimit, NormalLimit),
        QueryParameter.Integer("offset", "Items to skip.", 0, MaxOffset, 0),
    ];

    public static Paging Read(HttpContext context, Faults faults) => new(
        Number(context, "limit", NormalLimit, 1, MaxLimit, faults), Number(context, "offset", 0, 0, MaxOffset, faults));

    /// <summary>The page as a body.</summary>
    public PageBody<T> Body<T>(Page<T> page) => new(page.Items, page.Total, Limit, Offset, page.Next, page.Capped ? true : null);

    /// <summary>A whole number of the query.</summary>
    public static int Number(HttpContext context, string name, int normal, int least, int most, Faults faults)
    {
        if (!context.Request.Query.TryGetValue(name, out StringValues values))
            return normal;
        if (values.Count == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        faults.Add("/" + name, "out_of_range", $"Use a whole number from {least} to {most}.");
        return normal;
    }
}
