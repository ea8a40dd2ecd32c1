using System.Globalization;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Settlements.List;
using Microsoft.AspNetCore.WebUtilities;

namespace Keystone.Dashboard.Pages;

/// <summary>Tab, filters, search, order and place of the list of settlements, as they stand in the URL. What is not understood is left out, and nothing is kept elsewhere.</summary>
internal sealed record ListQuery
{
    /// <summary>Tabs and their words.</summary>
    public static IReadOnlyList<(string Tab, string Word)> Tabs { get; } =
        [("all", "All"), ("active", "Active"), ("compliance", "Compliance"), ("settled", "Settled"), ("failed", "Failed")];

    /// <summary>Rows of a page.</summary>
    public const int PageSize = 50;

    public string Tab { get; init; } = "all";

    public string? Search { get; init; }

    public string? State { get; init; }

    public bool Attention { get; init; }

    public string? Type { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Deadline under so many minutes from now.</summary>
    public int? DueMinutes { get; init; }

    /// <summary><c>created</c> or <c>deadline</c>.</summary>
    public string Sort { get; init; } = "created";

    public string? Cursor { get; init; }

    /// <summary>Number of the page, for people.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Reads the query of a URL.</summary>
    public static ListQuery Read(Uri url)
    {
        Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query = QueryHelpers.ParseQuery(url.Query);
        string tab = One("tab") is { } named && Tabs.Any(known => known.Tab == named) ? named : "all";
        return new ListQuery
        {
            Tab = tab,
            Search = Clean(One("q")),
            State = Clean(One("state")),
            Attention = One("attention") == "true",
            Type = One("type") is "single_platform" or "cross_platform" ? One("type") : null,
            From = Day(One("from")),
            To = Day(One("to")),
            DueMinutes = int.TryParse(One("due"), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) && minutes is > 0 and <= 100_000 ? minutes : null,
            Sort = One("sort") is "created" or "deadline" ? One("sort")! : tab is "active" or "compliance" ? "deadline" : "created",
            Cursor = ListCursor.Parse(One("cursor")) is null ? null : One("cursor"),
            Page = int.TryParse(One("page"), NumberStyles.None, CultureInfo.InvariantCulture, out int page) && page is > 1 and < 100_000 ? page : 1,
        };

        string? One(string name) => query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) && values.Count == 1 ? values[0] : null;
    }

    /// <summary>The same as a query, beginning with <c>?</c>, or nothing where all is as it is by itself.</summary>
    public string ToUrl()
    {
        List<string> parts = [];
        Add("tab", Tab == "all" ? null : Tab);
        Add("q", Search);
        Add("state", State);
        Add("attention", Attention ? "true" : null);
        Add("type", Type);
        Add("from", From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("to", To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("due", DueMinutes?.ToString(CultureInfo.InvariantCulture));
        Add("sort", Sort == (Tab is "active" or "compliance" ? "deadline" : "created") ? null : Sort);
        Add("cursor", Cursor);
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (value is not null) parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    /// <summary>The first page of the same.</summary>
    public ListQuery First => this with { Cursor = null, Page = 1 };

    /// <summary>Filters beside the tab, each with its word and the query without it.</summary>
    public IEnumerable<(string Word, ListQuery Without)> Filters()
    {
        if (Search is { } search) yield return ($"reference or wallet: {search}", First with { Search = null });
        if (State is { } state) yield return ($"state: {Components.StateStyle.Of(state).Word}", First with { State = null });
        if (Attention) yield return ("waiting on: us", First with { Attention = false });
        if (DueMinutes is { } due) yield return ($"deadline under {Components.Text.Length(TimeSpan.FromMinutes(due))}", First with { DueMinutes = null });
        if (Type is { } type) yield return (type == "cross_platform" ? "with another platform" : "own platform alone", First with { Type = null });
        if (From is { } from) yield return ($"created from {Components.Text.Day(from)} UTC", First with { From = null });
        if (To is { } to) yield return ($"created before {Components.Text.Day(to)} UTC", First with { To = null });
    }

    /// <summary>The filter of the use case.</summary>
    /// <param name="templates">Templates of the environment, which name the states of each tab.</param>
    /// <param name="now">UTC.</param>
    public SettlementFilter ToFilter(IReadOnlyList<Template> templates, DateTimeOffset now)
    {
        string[] states = State is { } one ? [one] : StatesOf(Tab, templates);
        bool isWallet = Address.TryParse(Search ?? "", out Address wallet);
        return new SettlementFilter(states, Type, isWallet ? null : Search, null, null, From, To, DueMinutes is { } due ? now.AddMinutes(due) : null, isWallet ? wallet : null, Attention,
            ListCursor.Parse(Cursor))
        { ByDeadline = Sort == "deadline", OpenOnly = Tab == "active" || DueMinutes is not null };
    }

    static string[] StatesOf(string tab, IReadOnlyList<Template> templates)
    {
        IEnumerable<string> states = tab switch
        {
            "compliance" => templates.SelectMany(template => template.Actions.Where(action => action.Value == ActionType.ComplianceCheck).Select(action => action.Key)),
            "settled" => templates.SelectMany(template => template.Actions.Where(action => action.Value == ActionType.Finalize).Select(action => action.Key).Append(template.SuccessState)),
            "failed" => templates.SelectMany(template => new[] { template.FailureState, template.TimeoutState }.OfType<string>()),
            _ => [],
        };
        return [.. states.Distinct(StringComparer.Ordinal)];
    }

    static string? Clean(string? text) => text?.Trim() is { Length: > 0 and <= 255 } clean && !clean.Any(char.IsControl) ? clean : null;

    static DateTimeOffset? Day(string? text) => DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset day) ? day : null;
}
