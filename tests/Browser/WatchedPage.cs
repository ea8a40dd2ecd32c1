using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>A page of which everything that must not happen is noted: violations of the policy, errors on the console, requests to the outside.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    // All rules run; of what holds, nothing is described.
    static readonly AxeRunOptions Violations = new() { ResultTypes = [ResultType.Violations] };

    readonly ConcurrentQueue<string> _faults = new();
    readonly ConcurrentQueue<string> _frames = new();

    WatchedPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>What came over the circuit, as text.</summary>
    public IReadOnlyCollection<string> Frames => _frames;

    public static async Task<WatchedPage> CreateAsync(IBrowserContext context, string origin)
    {
        WatchedPage watched = new(await context.NewPageAsync());
        IPage page = watched.Page;
        await page.AddInitScriptAsync("document.addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))");
        page.Console += (_, message) =>
        {
            // The page for what is not there is answered with 404, which the browser notes as an error of its own.
            if (message.Type == "error" && !message.Text.Contains("404 (Not Found)", StringComparison.Ordinal)) watched._faults.Enqueue($"console: {message.Text}");
        };
        page.PageError += (_, error) => watched._faults.Enqueue($"script: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(origin, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) watched._faults.Enqueue($"outside: {request.Url}");
        };
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => watched._frames.Enqueue(frame.Text ?? System.Text.Encoding.UTF8.GetString(frame.Binary ?? []));
        return watched;
    }

    /// <summary>Goes to a path and waits until the page takes clicks.</summary>
    public async Task<IResponse?> GoAsync(string path)
    {
        IResponse? response = await Page.GotoAsync(path);
        await ReadyAsync();
        return response;
    }

    /// <summary>Waits until the circuit stands: before it a click would be lost.</summary>
    public Task ReadyAsync() => Page.WaitForFunctionAsync("() => (document.documentElement.hasAttribute('data-live') || !document.getElementById('components-reconnect-modal')) && !document.querySelector('[aria-busy=true]')");

    /// <summary>Fails with everything that must not have happened.</summary>
    public void AssertClean() => Assert.True(_faults.IsEmpty, string.Join('\n', _faults));

    /// <summary>What every page must hold: no style attribute, no inline script, no violation that axe knows of.</summary>
    public async Task AssertGoodAsync(string name)
    {
        Assert.Equal(0, await Page.Locator("[style]").CountAsync());
        Assert.Equal(0, await Page.Locator("script:not([src])").CountAsync());
        Assert.Equal(1, await Page.Locator("h1").CountAsync());
        AxeResult result = await Page.Locator("html").RunAxe(Violations);
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{name}: {rule.Id}: {rule.Help}: {node.Html}"))));
        AssertClean();
    }

    /// <summary>No scrolling sideways.</summary>
    public async Task AssertNarrowAsync(string name) =>
        Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} scrolls sideways.");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
