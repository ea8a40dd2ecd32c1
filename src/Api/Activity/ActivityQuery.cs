using Keystone.Api.OpenApi;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.List;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Activity;

/// <summary>Filters of the activity log.</summary>
internal static class ActivityQuery
{
    static readonly QueryParameter[] Common =
    [
        QueryParameter.Text("type", "Type, such as settlement.created."),
        QueryParameter.Text("category", "Category, such as settlement or compliance."),
        QueryParameter.Time("date_from", "At this time or later."),
        QueryParameter.Time("date_to", "At this time or earlier."),
        QueryParameter.Text("search", "A part of description, type, actor or resource, in any case."),
        QueryParameter.Text("resource_type", "Type of the resource, such as settlement."),
        QueryParameter.Text("resource_id", "Id of the resource."),
        QueryParameter.Text("cursor", "next_cursor of an earlier page; not together with offset."),
    ];

    /// <summary>Of a tenant, who reads its own environment's entries alone.</summary>
    public static QueryParameter[] Parameters { get; } = [QueryParameter.Text("environment_id", "Your environment's id; entries of others are not yours to read."), .. Common];

    /// <summary>Of the operator.</summary>
    public static QueryParameter[] OfOperator { get; } =
        [QueryParameter.Text("environment_id", "Environment by its id."), QueryParameter.Text("platform_id", "Platform by its id."), .. Common];

    public static ActivityFilter Read(IQueryCollection query, Faults faults)
    {
        return new ActivityFilter
        {
            EnvironmentId = Id("environment_id"),
            PlatformId = Id("platform_id"),
            Type = One("type"),
            Category = One("category"),
            From = Instant("date_from"),
            To = Instant("date_to"),
            Search = One("search"),
            ResourceType = One("resource_type"),
            ResourceId = One("resource_id"),
            Cursor = Cursor(),
        };

        string? One(string name)
        {
            if (query[name].Count > 1 || query[name].ToString().Any(c => char.IsControl(c) || char.IsSurrogate(c)) || query[name].ToString().Length > 255)
                faults.Add("/" + name, "invalid_filter", "Give this filter once, with at most 255 characters and no control characters.");
            return query[name] is [{ Length: > 0 } text] && !faults.Has("/" + name) ? text : null;
        }

        Guid? Id(string name)
        {
            if (One(name) is not { } text) return null;
            if (Guid.TryParseExact(text, "D", out Guid id)) return id;
            faults.Add("/" + name, "invalid_id", "Use a UUID.");
            return null;
        }

        DateTimeOffset? Instant(string name) => One(name) is { } text ? MemberRules.ReadInstant(text, "/" + name, faults) : null;

        ListCursor? Cursor()
        {
            if (!query.TryGetValue("cursor", out StringValues values)) return null;
            ListCursor? cursor = ListCursor.Parse(values.Count == 1 ? values[0] : null);
            if (cursor is null) faults.Add("/cursor", "invalid_cursor", "Use next_cursor of an earlier answer as it is.");
            else if (query.ContainsKey("offset")) faults.Add("/offset", "contradiction", "cursor and offset do not go together; send one of them.");
            return cursor;
        }
    }
}
