using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Keystone.Api.Http;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Guides;

/// <summary>The guides for integrators, served by the API itself: <c>/docs</c>, a page each, and a search. They hold nothing of any tenant.</summary>
internal static class GuideEndpoints
{
    /// <summary>Path of the page that lists the others.</summary>
    public const string Root = "/docs";

    // No script at all; the search is a form.
    const string Policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    const string StylePath = Root + "/guides.css";

    static readonly Lazy<GuideLibrary> Library = new(() => new GuideLibrary());

    static readonly Lazy<byte[]> Style = new(() =>
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("guides.css")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    });

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder pages = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        pages.MapGet(Root, (HttpContext context) => context.Request.Query["q"] is [{ Length: > 0 } words] ? Found(context, words[..Math.Min(words.Length, 200)]) : Page(context, GuideLibrary.Index));
        pages.MapGet(Root + "/{name}", Page);
        pages.MapGet(StylePath, () => TypedResults.Bytes(Style.Value, "text/css; charset=utf-8"));
    }

    static IResult Page(HttpContext context, string name) =>
        Library.Value.Find(name) is { } page ? Html(context, page.Title, page.Html) : new Problem(DomainError.NotFound("Page"));

    static IResult Found(HttpContext context, string words)
    {
        IReadOnlyList<GuideHit> hits = Library.Value.Search(words);
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<h1>{(hits.Count == 0 ? "Nothing has" : "What has")} all of: {WebUtility.HtmlEncode(words)}</h1>");
        if (hits.Count == 0) html.Append("<p>Every word has to stand in one section. Try fewer words, or the name of a field, an event or an error as it stands on the wire.</p>");
        foreach ((GuidePage page, GuideSection section) in hits)
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{PathOf(page)}#{WebUtility.HtmlEncode(section.Anchor)}\">{WebUtility.HtmlEncode(section.Title)}</a><br><small>{WebUtility.HtmlEncode(page.Title)}</small></p>");
        return Html(context, "Search", html.ToString(), words);
    }

    static string PathOf(GuidePage page) => page.Name == GuideLibrary.Index ? Root : $"{Root}/{page.Name}";

    static IResult Html(HttpContext context, string title, string body, string words = "")
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        string list = string.Concat(Library.Value.Pages.OrderBy(page => page.Name != GuideLibrary.Index).ThenBy(page => page.Title, StringComparer.Ordinal)
            .Select(page => $"<li><a href=\"{PathOf(page)}\">{WebUtility.HtmlEncode(page.Title)}</a></li>"));
        return TypedResults.Content($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(title)} - Keystone OS</title><link rel="stylesheet" href="{StylePath}"></head>
            <body><header><a href="{Root}">Keystone OS</a><form action="{Root}" role="search"><input type="search" name="q" aria-label="Search the guides" placeholder="Search" value="{WebUtility.HtmlEncode(words)}"></form></header>
            <div><nav aria-label="Guides"><ul>{list}<li><a href="{Root}/api">Every operation</a></li></ul></nav><main>{body}</main></div></body></html>
            """, "text/html; charset=utf-8");
    }
}
