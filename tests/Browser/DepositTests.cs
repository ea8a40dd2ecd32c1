using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>A party without an account deposits by its link: a scripted EIP-1193 wallet over the real chain, whose accounts the chain's own node signs for.</summary>
[Collection(DashboardCollection.Name)]
public sealed class DepositTests(DashboardFixture system)
{
    // What wallets do: answer, refuse, be on another chain or account, stay silent, or put another transaction in the place of one.
    const string Wallet = """
        window.wallet = { account: '{account}', chain: '0x1', listeners: {} };
        const provider = {
          on: (name, heard) => { (wallet.listeners[name] ??= []).push(heard); },
          request: async ({ method, params }) => {
            const refuse = (code, message) => { throw Object.assign(new Error(message), { code }); };
            if (method === 'eth_requestAccounts' || method === 'eth_accounts') return [wallet.account];
            if (method === 'eth_chainId') return wallet.chain;
            if (method === 'wallet_switchEthereumChain') {
              if (wallet.isForeign) refuse(4902, 'Unrecognized chain');
              wallet.chain = params[0].chainId;
              for (const heard of wallet.listeners.chainChanged ?? []) heard(wallet.chain);
              return null;
            }
            if (method === 'eth_sendTransaction' || method === 'eth_signTypedData_v4') {
              if (wallet.isRefusing) refuse(4001, 'User rejected the request.');
              if (wallet.isSilent) return new Promise(() => {});
              if (wallet.isReplacing) { await window.node(method, JSON.stringify(params)); return '0x' + 'ab'.repeat(32); }
            }
            return JSON.parse(await window.node(method, JSON.stringify(params ?? [])));
          },
        };
        window.wallet.become = account => { wallet.account = account; for (const heard of wallet.listeners.accountsChanged ?? []) heard([account]); };
        """;

    const string Announced = """
        addEventListener('eip6963:requestProvider', () => dispatchEvent(new CustomEvent('eip6963:announceProvider',
          { detail: Object.freeze({ info: { uuid: 'b6a5', name: 'Scripted \u202Ewallet', icon: 'data:,', rdns: 'com.example' }, provider }) })));
        """;

    static readonly HttpClient Client = new();

    async Task<string> NodeAsync(string method, string parameters)
    {
        JsonObject request = new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = JsonNode.Parse(parameters) };
        if (method == "eth_signTypedData_v4") request["params"]![1] = JsonNode.Parse((string)request["params"]![1]!);
        using HttpResponseMessage response = await Client.PostAsJsonAsync(system.System.RpcUrl, request);
        JsonObject answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return answer["error"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : answer["result"]?.ToJsonString() ?? "null";
    }

    async Task<(WatchedPage Page, ConcurrentQueue<string> Urls)> OpenAsync(string link, string account, string discovery, BrowserNewContextOptions? options = null, bool hasClock = false)
    {
        options ??= new();
        options.ReducedMotion = ReducedMotion.Reduce;
        WatchedPage page = await WatchedPage.CreateAsync(await system.Chromium.NewPatientContextAsync(options), system.Url);
        ConcurrentQueue<string> urls = new();
        page.Page.Request += (_, request) => urls.Enqueue(request.Url.Split('#')[0] + string.Join(' ', request.Headers.Where(header => header.Key == "referer").Select(header => header.Value)));
        await page.Page.ExposeFunctionAsync<string, string, Task<string>>("node", NodeAsync);
        await page.Page.AddInitScriptAsync(Wallet.Replace("{account}", account, StringComparison.Ordinal) + discovery);
        if (hasClock) await page.Page.Clock.InstallAsync();
        await page.GoAsync(link);
        return (page, urls);
    }

    async Task<string> ReadyAsync(string reference)
    {
        string id = await system.CreateAsync(reference, cross: false);
        await Keystone.Testing.Eventually.TrueAsync(async () => (string)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}"))["state"]! == "AWAITING_DEPOSITS", TimeSpan.FromMinutes(1), "The settlement does not wait for deposits.");
        return id;
    }

    [BrowserFact]
    public async Task A_party_approves_and_deposits_and_each_way_in_which_a_wallet_goes_wrong_has_its_sentence()
    {
        string id = await ReadyAsync("TRD-BY-LINK");
        // Two steps: the button, and the copy.
        await using WatchedPage desk = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Make a deposit link for leg 1" }).ClickAsync();
        string link = await desk.Page.Locator("[data-deposit-link]").InputValueAsync();
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the deposit link" })).ToBeVisibleAsync();
        await desk.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "deposit-link-light.png"), Caret = ScreenshotCaret.Initial });
        await desk.AssertGoodAsync("dialog of a deposit link");
        string acme = system.Book.Acme.Address.ToString(), beta = system.Book.Beta.Address.ToString();

        (WatchedPage party, ConcurrentQueue<string> urls) = await OpenAsync(link, beta, Announced);
        await using WatchedPage _ = party;
        IPage page = party.Page;
        ILocator state = page.Locator("[data-wallet-state]"), fault = page.Locator("[data-wallet-fault]"), approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve exactly 500 KBOND" });
        await Assertions.Expect(approve).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect Scripted" }).ClickAsync();
        await Assertions.Expect(state).ToContainTextAsync($"must come from {acme}; you connected {beta}. Nothing was sent.");
        await page.EvaluateAsync("account => window.wallet.become(account)", acme);
        await Assertions.Expect(state).ToContainTextAsync($"on chain {system.System.ChainId}; your wallet is on chain 1.");
        ILocator change = page.GetByRole(AriaRole.Button, new() { Name = "Switch the chain in the wallet" });
        await page.EvaluateAsync("() => { window.wallet.isForeign = true; }");
        await change.ClickAsync();
        await Assertions.Expect(fault).ToContainTextAsync("does not know this chain");
        await page.EvaluateAsync("() => { window.wallet.isForeign = false; }");
        await change.ClickAsync();
        await Assertions.Expect(state).ToContainTextAsync("The wallet and the chain are right.");
        await Assertions.Expect(approve).ToBeEnabledAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Deposit 500 KBOND" })).ToBeDisabledAsync();
        await page.EvaluateAsync("() => { window.wallet.isRefusing = true; }");
        await approve.ClickAsync();
        await Assertions.Expect(fault).ToHaveTextAsync("You declined in the wallet. Nothing was sent.");
        await page.EvaluateAsync("() => { window.wallet.isRefusing = false; }");
        foreach ((string look, ColorScheme scheme, int width) in ((string, ColorScheme, int)[])[("light", ColorScheme.Light, 1440), ("dark", ColorScheme.Dark, 1440), ("phone", ColorScheme.Light, 390)])
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, $"deposit-{look}.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
            await party.AssertGoodAsync("deposit " + look);
            await party.AssertNarrowAsync("deposit " + look);
        }
        await approve.ClickAsync();
        ILocator deposit = page.GetByRole(AriaRole.Button, new() { Name = "Deposit 500 KBOND" });
        await Assertions.Expect(deposit).ToBeEnabledAsync();
        await Assertions.Expect(page.GetByText("Approve exactly 500 KBOND: done")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => { window.wallet.isReplacing = true; }");
        await deposit.ClickAsync();
        await Assertions.Expect(fault).ToContainTextAsync("replaced this transaction");
        // What counts is the chain.
        await Assertions.Expect(page.Locator("[data-status=locked]")).ToBeVisibleAsync();

        string html = await page.ContentAsync();
        string approvals = await page.EvaluateAsync<string>("() => document.body.innerText");
        foreach (string others in (string[])["Acme", "Beta", "TRD-BY-LINK", beta, id]) Assert.DoesNotContain(others, html + approvals, StringComparison.OrdinalIgnoreCase);
        string token = new Uri(link).Fragment[1..];
        Assert.Equal(43, token.Length);
        Assert.All(urls, url => Assert.DoesNotContain(token, url, StringComparison.Ordinal));
        party.AssertClean();
        desk.AssertClean();
    }

    [BrowserFact]
    public async Task A_party_signs_only_and_a_revoked_link_is_as_one_that_never_was()
    {
        string id = await ReadyAsync("TRD-BY-SIGNATURE");
        JsonObject made = await system.CallAsync("platform-a", HttpMethod.Post, $"/v1/settlements/{id}/deposit-links", new JsonObject { ["role"] = "buyer" });
        string link = (string)made["url"]!, beta = system.Book.Beta.Address.ToString();
        (WatchedPage party, ConcurrentQueue<string> _) = await OpenAsync(link, beta, "window.ethereum = provider;", hasClock: true);
        await using WatchedPage __ = party;
        IPage page = party.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch the chain in the wallet" }).ClickAsync();
        ILocator sign = page.GetByRole(AriaRole.Button, new() { Name = "Sign the deposit" });
        await page.EvaluateAsync("() => { window.wallet.isSilent = true; }");
        await sign.ClickAsync();
        await Assertions.Expect(page.Locator("[data-wallet-progress]")).ToHaveTextAsync("Waiting for your wallet…");
        await page.Clock.FastForwardAsync("01:05");
        await Assertions.Expect(page.Locator("[data-wallet-fault]")).ToContainTextAsync("has not answered for a minute");
        await page.EvaluateAsync("() => { window.wallet.isSilent = false; }");
        await sign.ClickAsync();
        await Assertions.Expect(page.Locator("[data-status=locked]")).ToBeVisibleAsync();
        Assert.DoesNotContain(system.Book.Acme.Address.ToString(), await page.ContentAsync(), StringComparison.OrdinalIgnoreCase);

        using HttpClient client = new();
        async Task<string> ReadAsync(string token)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, system.Url + "/deposit/view") { Headers = { { "Keystone-Deposit-Link", token } } };
            using HttpResponseMessage response = await client.SendAsync(request);
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
        }
        string token = new Uri(link).Fragment[1..];
        Assert.StartsWith("200 ", await ReadAsync(token), StringComparison.Ordinal);
        await system.CallAsync("platform-a", HttpMethod.Delete, $"/v1/settlements/{id}/deposit-links/{made["id"]}");
        string ended = await ReadAsync(token);
        Assert.StartsWith("404 ", ended, StringComparison.Ordinal);
        Assert.Equal(ended, await ReadAsync(new string('x', 43)));
        await Assertions.Expect(page.GetByText("This link has ended.")).ToBeVisibleAsync();
        party.AssertClean();
    }
}
