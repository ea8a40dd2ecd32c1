using System.Net;
using Keystone.Bench;
using Keystone.Browser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Keystone.WebBench;

/// <summary>When a browser shows the first of the home page, beside a bare page of the same server.</summary>
static class FirstPaint
{
    const int Repeats = 7;

    public const string About = """
        first contentful paint in Chromium, as the browser itself reports it, of the home page with a member's cookie, and of a page that is one heading and one stylesheet of a line, from the same
        kind of server. Each visit is in a browser context of its own, so nothing is cached: the home page brings its stylesheet and font. A visit begins when the page of the one before has become live and
        was left, so that none carries the work of another. Each figure is the median of 7 visits.
        """;

    public static async Task MeasureAsync(Report report, PageServer server, int rounds)
    {
        if (ChromiumFinder.Missing is { } missing)
        {
            report.Skipped("first_paint_vs_bare_page", missing);
            return;
        }
        Console.WriteLine("paint: home page and bare page");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using WebApplication bare = builder.Build();
        bare.Urls.Add("http://127.0.0.1:0");
        bare.MapGet("/", () => Results.Content("<!DOCTYPE html><html lang=\"en\"><head><title>Bare</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body><h1>Bare</h1></body></html>", "text/html"));
        bare.MapGet("/page.css", () => Results.Content("body { margin: 24px }", "text/css"));
        await bare.StartAsync();
        string bareUrl = bare.Urls.First();
        (HttpClient client, CookieContainer cookies, _) = await server.PlatformAsync();
        string url = server.Fixture.Url;
        List<Microsoft.Playwright.Cookie> session = [.. cookies.GetCookies(new Uri(url)).Select(one => new Microsoft.Playwright.Cookie { Name = one.Name, Value = one.Value, Url = url })];
        async Task<double> PaintAsync(string of, IEnumerable<Microsoft.Playwright.Cookie> with)
        {
            List<double> times = [];
            for (int i = 0; i < Repeats; i++)
            {
                await using IBrowserContext context = await server.Fixture.Chromium.NewContextAsync();
                if (with.Any()) await context.AddCookiesAsync(with);
                IPage page = await context.NewPageAsync();
                await page.GotoAsync(of);
                times.Add(await page.EvaluateAsync<double>("""
                    () => new Promise(done => {
                      const first = performance.getEntriesByName('first-contentful-paint')[0];
                      if (first) done(first.startTime);
                      else new PerformanceObserver((list, observer) => { const entry = list.getEntriesByName('first-contentful-paint')[0]; if (entry) { observer.disconnect(); done(entry.startTime); } }).observe({ type: 'paint', buffered: true });
                    })
                    """));
                if (with.Any() && await page.Locator("#latest").CountAsync() == 0) throw new InvalidOperationException("The home page was not shown: " + page.Url);
                if (with.Any()) await page.WaitForFunctionAsync("() => document.documentElement.hasAttribute('data-live')");
            }
            return Series.Median(times);
        }
        await PaintAsync(url + "/app/sandbox", session);
        await PaintAsync(bareUrl, []);
        Comparison comparison = await Series.CompareAsync(rounds, _ => PaintAsync(url + "/app/sandbox", session), _ => PaintAsync(bareUrl, []));
        report.Measured("first_paint_vs_bare_page", comparison.Ratio, $"home {Series.Text(comparison.A)} ms, bare {Series.Text(comparison.B)} ms");
        client.Dispose();
    }
}
