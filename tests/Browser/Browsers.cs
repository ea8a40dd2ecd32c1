using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>A Chromium, and waits for its pages that hold on a busy machine.</summary>
internal static class Browsers
{
    /// <summary>Milliseconds within which anything has to happen that has to happen.</summary>
    public const float Patience = 60_000;

    /// <summary>Starts a Chromium of its own. Expectations wait for <see cref="Patience"/> from then on; of themselves they wait for 5 s.</summary>
    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright, string path)
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"],
        });
    }

    /// <summary>A session of its own, whose pages wait for <see cref="Patience"/>.</summary>
    public static async Task<IBrowserContext> NewPatientContextAsync(this IBrowser browser, BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    /// <summary>
    /// Waits until the page has arrived at a path, with its query, whatever number of navigations lead there: a form's redirect and the circuit may both send a page to the same
    /// address, and the second aborts the first, which <see cref="IPage.WaitForURLAsync(string, PageWaitForURLOptions?)"/> takes for a failure.
    /// </summary>
    public static Task ArrivesAsync(this IPage page, string path) => page.ArrivesAsync(new Regex("^https?://[^/]+" + Regex.Escape(path) + "$"));

    /// <summary>Waits until the address of the page matches and the page is loaded.</summary>
    public static async Task ArrivesAsync(this IPage page, Regex address)
    {
        await Assertions.Expect(page).ToHaveURLAsync(address);
        await page.WaitForLoadStateAsync();
    }

    /// <summary>Waits until the address of the page holds this text no more and the page is loaded.</summary>
    public static async Task LeavesAsync(this IPage page, string part)
    {
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex(Regex.Escape(part)));
        await page.WaitForLoadStateAsync();
    }

    /// <summary>Goes to a path from a page that may still be on its way elsewhere: a navigation of the page's own that aborts this one is waited for, and this one is begun again.</summary>
    public static async Task<IResponse> VisitAsync(this IPage page, string path)
    {
        long end = Environment.TickCount64 + (long)Patience;
        while (true)
        {
            try
            {
                return (await page.GotoAsync(path))!;
            }
            catch (PlaywrightException fault) when (Environment.TickCount64 < end
                && (fault.Message.Contains("net::ERR_ABORTED", StringComparison.Ordinal) || fault.Message.Contains("interrupted by another navigation", StringComparison.Ordinal)))
            {
                await page.WaitForLoadStateAsync();
            }
        }
    }

    /// <summary>Waits until the circuit stands: before it a click would be lost.</summary>
    public static Task LiveAsync(this IPage page) => page.WaitForFunctionAsync("() => document.documentElement.hasAttribute('data-live')");
}
