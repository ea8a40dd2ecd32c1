using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Live;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Logging;

namespace Keystone.Dashboard.Pages;

/// <summary>
/// What every page of an environment has in common: its caller, asked anew before each read and each order; one sentence when something cannot be read; and changes of settlements
/// as they happen, once the page is interactive.
/// </summary>
public abstract class AppPage : ComponentBase, IDisposable
{
    readonly CancellationTokenSource _gone = new();
    FeedSubscription? _subscription;
    bool _hasParameters, _isAbsent;
    string _path = "";

    /// <summary>A page that nobody has left yet.</summary>
    protected AppPage() => Gone = _gone.Token;

    [Parameter] public string Environment { get; set; } = "";

    [CascadingParameter] internal DashboardCaller? Known { get; set; }

    [Inject] internal PageCaller PageCaller { get; set; } = null!;

    [Inject] internal DashboardFeed Feed { get; set; } = null!;

    [Inject] internal PageHandover Handover { get; set; } = null!;

    [Inject] internal NavigationManager Navigation { get; set; } = null!;

    [Inject] internal TimeProvider Time { get; set; } = null!;

    [Inject] internal ILogger<AppPage> Log { get; set; } = null!;

    /// <summary>The caller with which the circuit began.</summary>
    protected DashboardCaller Caller => Known!;

    /// <summary>Ends when the page is left.</summary>
    protected CancellationToken Gone { get; }

    /// <summary>Why what the page shows could not be read; null when it could.</summary>
    protected string? Failure { get; private set; }

    /// <summary>Beginning of the environment's paths.</summary>
    protected string Base => $"/app/{Uri.EscapeDataString(Environment)}";

    /// <summary>True where the page takes clicks; before that its buttons are off, so that none is lost.</summary>
    protected bool IsLive => RendererInfo.IsInteractive;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync(DashboardCaller caller, CancellationToken cancellationToken);

    /// <summary>Called with the settlements that changed. Reads all of the page again unless a page does better.</summary>
    protected virtual Task OnChangedAsync(IReadOnlySet<Guid> settlements) => ReloadAsync();

    /// <summary>Least time between two rereads.</summary>
    protected virtual TimeSpan Pace => TimeSpan.FromMilliseconds(500);

    /// <summary>True for pages that follow changes.</summary>
    protected virtual bool IsFollowing => true;

    /// <summary>True for a page that reads its query itself: the framework calls a page again for its parameters alone.</summary>
    protected virtual bool IsReadingQuery => false;

    protected override void OnInitialized()
    {
        if (IsReadingQuery) Navigation.LocationChanged += OnLocationChanged;
    }

    protected override Task OnParametersSetAsync()
    {
        bool isFirst = !_hasParameters;
        _path = new Uri(Navigation.Uri).AbsolutePath;
        _hasParameters = true;
        return isFirst && RendererInfo.IsInteractive && Known is { } caller && Handover.TryTake(caller.SessionId, Navigation.Uri, this) ? Task.CompletedTask : ReloadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !IsFollowing || Known is not { IsOperator: false } caller) return;
        _subscription = Feed.Subscribe(caller.Caller.EnvironmentId);
        _ = FollowAsync(_subscription);
        await Task.CompletedTask;
    }

    /// <summary>Reads the page again with the caller as stored now.</summary>
    protected async Task ReloadAsync()
    {
        if (await CurrentAsync() is not { } caller) return;
        try
        {
            await LoadAsync(caller, Gone);
            Failure = null;
            if (!RendererInfo.IsInteractive && !_isAbsent) Handover.Leave(caller.SessionId, Navigation.Uri, this);
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or TimeoutException or IOException or OperationCanceledException)
        {
            Failure = "This could not be read just now. What you see may be old.";
            NotRead(GetType().Name, fault.Message);
        }
    }

    /// <summary>The caller as stored now. Null when the session has ended: then the page is left, and nothing may be done.</summary>
    protected async Task<DashboardCaller?> CurrentAsync()
    {
        if (Known is null) return null;
        DashboardCaller? caller = await PageCaller.CurrentAsync(Gone);
        if (caller is null && RendererInfo.IsInteractive) Navigation.NavigateTo("/signed-out", forceLoad: true);
        return caller;
    }

    /// <summary>Renders the error page with status 404: of others, absent, or not an id at all.</summary>
    protected void ShowNotFound()
    {
        _isAbsent = true;
        Navigation.NotFound();
    }

    /// <summary>Sentences of an error, all at once, each with the field that it is about.</summary>
    protected static string Sentence(DomainError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Faults.Count < 2 ? error.Detail : string.Join(" ", error.Faults.Select(fault => $"{fault.Pointer.TrimStart('/').Replace('_', ' ')}: {fault.Message}"));
    }

    /// <summary>Runs an order of a member and reads the page again; what is wrong as a sentence, or null when it was done.</summary>
    /// <param name="activity">Writes it into the activity log.</param>
    /// <param name="scope">What the member must hold.</param>
    /// <param name="entry">Type and category of the entry, what the order does, and what it is about.</param>
    /// <param name="order">The order.</param>
    /// <param name="needsPresence">Asks for a recent proof of presence as well.</param>
    internal async Task<string?> ManageAsync(
        PageActivity activity, string scope, (string Type, string Category, string Description, string Resource, string? Id) entry, Func<Caller, Task<DomainError?>> order, bool needsPresence = true)
    {
        if (await CurrentAsync() is not { } caller) return "You are signed out.";
        if (!caller.May(scope)) return $"This needs the scope {scope}, which your roles do not hold.";
        if (needsPresence && !caller.Caller.IsPresent(Time.GetUtcNow())) return Keystone.Identity.Errors.IdentityError.PresenceRequired.Detail;
        if (await activity.RunAsync(caller.Caller, entry.Type, entry.Category, entry.Description, entry.Resource, entry.Id, order, Gone) is { } error) return Sentence(error);
        await ReloadAsync();
        return null;
    }

    /// <summary>Text of a field without blanks around it; null when nothing is left.</summary>
    protected static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Gone.IsCancellationRequested || new Uri(change.Location).AbsolutePath != _path) return;
        _ = InvokeAsync(async () =>
        {
            await ReloadAsync();
            StateHasChanged();
        });
    }

    async Task FollowAsync(FeedSubscription subscription)
    {
        try
        {
            while (true)
            {
                IReadOnlySet<Guid> changed = await subscription.NextAsync(Gone);
                await InvokeAsync(async () =>
                {
                    await OnChangedAsync(changed);
                    StateHasChanged();
                });
                await Task.Delay(Pace, Time, Gone);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Navigation.LocationChanged -= OnLocationChanged;
        _gone.Cancel();
        _gone.Dispose();
        _subscription?.Dispose();
    }

    void NotRead(string page, string reason) => PageLog.NotRead(Log, page, reason);
}
