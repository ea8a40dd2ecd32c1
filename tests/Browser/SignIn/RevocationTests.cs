using Keystone.Dashboard.SignIn;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>Open pages of two processes end within 5 s when their session, member, role or platform ends, and a browser that stays gets nothing.</summary>
[Collection(SignInCollection.Name)]
public sealed class RevocationTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    [BrowserTheory]
    [InlineData("session")]
    [InlineData("role")]
    [InlineData("member")]
    [InlineData("platform")]
    public async Task Open_pages_end_with_what_they_stand_on(string what)
    {
        (Guid platform, _) = await system.PlatformAsync();
        await system.LinkAsync(platform, "platform_manager");
        (string link, SandboxMember member) = await system.LinkAsync(platform, "read_only", "instruct");
        (string strangers, _) = await system.LinkAsync((await system.PlatformAsync()).Id, "read_only");
        (_, string second) = await system.StartAsync();

        // Two tabs of one session, one page of another process, and somebody else's.
        IPage first = await system.PageAsync(), elsewhere = await system.PageAsync(second), stranger = await system.PageAsync(second);
        await SignInFixture.SignInAsync(first, link);
        await SignInFixture.SignInAsync(elsewhere, link);
        await SignInFixture.SignInAsync(stranger, strangers);
        IPage tab = await first.Context.NewPageAsync();
        foreach (IPage page in (IPage[])[first, tab, elsewhere, stranger])
        {
            await page.GotoAsync("/app/sandbox/settlements");
            await page.LiveAsync();
        }
        switch (what)
        {
            case "session":
                // From the database, as a command would: no signal, the poll finds it.
                await system.RunAsync($"update identity.session set ended_at = now(), ended_by = 'operator' where member_id = '{member.Member}'");
                break;
            case "role":
                (await new MemberStore(system.Database, system.Clock).ChangeRolesAsync(platform, Actor.Operator, member.Member, ["read_only"], new MemberFaults(), CancellationToken.None)).Require();
                break;
            case "member":
                Assert.Null(await new MemberStore(system.Database, system.Clock).RemoveAsync(platform, Actor.Operator, member.Member, CancellationToken.None));
                break;
            default:
                (await new PlatformAccountStore(system.Database, system.Clock).SetStatusAsync(platform, false, CancellationToken.None)).Require();
                break;
        }
        await Task.WhenAll(((IPage[])[first, tab, elsewhere]).Select(page => page.ArrivesAsync("/signed-out")));
        await first.VisitAsync("/app/sandbox/settlements");
        Assert.Contains("/sign-in?return=", first.Url, StringComparison.Ordinal);
        Assert.EndsWith("/app/sandbox/settlements", stranger.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_browser_that_refuses_to_go_gets_nothing_and_its_socket_is_cut()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, SandboxMember member) = await system.LinkAsync(platform, "read_only");
        IPage page = await system.PageAsync();
        await SignInFixture.SignInAsync(page, link);
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously), clicked = new(TaskCreationOptions.RunContinuationsAsynchronously), cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int after = 0;
        page.WebSocket += (_, socket) =>
        {
            socket.Close += (_, _) => cut.TrySetResult();
            socket.FrameReceived += (_, frame) =>
            {
                if (sent.Task.IsCompleted && frame.Binary is { Length: > 2_000 }) Interlocked.Increment(ref after);
            };
        };
        page.Console += (_, message) =>
        {
            if (message.Text == "clicked") clicked.TrySetResult();
        };
        await page.GotoAsync("/app/sandbox/settlements");
        await page.LiveAsync();
        // The page where it is sent never answers, and the page that stays clicks on.
        await page.RouteAsync("**/signed-out", _ => sent.TrySetResult());
        await page.EvaluateAsync("""
            () => addEventListener('beforeunload', () => setTimeout(() => {
              const link = document.querySelector('nav a[href$="/compliance"]');
              link.click();
              console.log('clicked');
            }))
            """);
        await system.RunAsync($"update identity.session set ended_at = now(), ended_by = 'operator' where member_id = '{member.Member}'");
        foreach (TaskCompletionSource step in (TaskCompletionSource[])[sent, clicked, cut]) await step.Task.WaitAsync(TimeSpan.FromMilliseconds(Browsers.Patience));
        Assert.Equal(0, after);
    }

    [BrowserFact]
    public async Task Signing_out_in_one_tab_ends_the_others()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, _) = await system.LinkAsync(platform, "read_only");
        IPage page = await system.PageAsync();
        await SignInFixture.SignInAsync(page, link);
        IPage tab = await page.Context.NewPageAsync();
        await tab.GotoAsync("/app/sandbox/settlements");
        await tab.LiveAsync();
        await page.GotoAsync("/app/sandbox");
        await page.EvaluateAsync("() => document.querySelector('form[action=\"/sign-out\"]').submit()");
        // The circuit of the page that signs out is told too, and sends the page where the form's answer sends it.
        await page.ArrivesAsync("/signed-out");
        await tab.ArrivesAsync("/signed-out");
    }
}
