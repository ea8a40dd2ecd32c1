using Keystone.Dashboard.Callers;
using Keystone.Identity;
using Keystone.Settlements.DepositLinks;
using Keystone.Settlements.Errors;

namespace Keystone.Dashboard.Settlement;

/// <summary>What a member does with the links by which parties deposit. Each order asks for the caller as stored now; the use case asks for its scope.</summary>
internal sealed class DepositLinkOrders(PageCaller page, ManageDepositLinks links, IDepositPages pages, PageActivity activity)
{
    static readonly DomainError SignedOut = new("signed_out", "You are signed out. Nothing was done; sign in and try again.");

    /// <summary>Makes a link; its URL, or why there is none.</summary>
    public async Task<(string? Url, DomainError? Error)> MakeAsync(Guid settlement, string role, CancellationToken cancellationToken)
    {
        string? url = null;
        DomainError? error = await RunAsync("deposit_link.created", "Make a link by which a party without an account deposits", settlement, async caller =>
        {
            if ((await links.FindAsync(caller, settlement, cancellationToken)).Value is not { } found) return DomainError.NotFound("Settlement");
            Result<CreatedDepositLink> made = await links.CreateAsync(caller, found, new CreateDepositLinkRequest { Role = role }, null, cancellationToken);
            url = made.Value is { } link ? pages.UrlOf(link.Token).AbsoluteUri : null;
            return made.Error;
        }, cancellationToken);
        return (url, error);
    }

    /// <summary>Revokes a link; why not, or null when it is done.</summary>
    public Task<DomainError?> RevokeAsync(Guid settlement, Guid link, CancellationToken cancellationToken) =>
        RunAsync("deposit_link.revoked", "Revoke a link", settlement, caller => links.RevokeAsync(caller, settlement, link, cancellationToken), cancellationToken);

    /// <summary>Links of the caller's environment to a settlement, newest first.</summary>
    public async Task<IReadOnlyList<DepositLinkView>> ListAsync(Guid settlement, CancellationToken cancellationToken) =>
        await page.CurrentAsync(cancellationToken) is { } caller && (await links.ListAsync(caller.Caller, settlement, 50, 0, cancellationToken)).Value is { } found ? found.Items : [];

    async Task<DomainError?> RunAsync(string type, string description, Guid settlement, Func<Caller, Task<DomainError?>> order, CancellationToken cancellationToken) =>
        await page.CurrentAsync(cancellationToken) is { } caller
            ? await activity.RunAsync(caller.Caller, type, "settlement", description, "settlement", settlement.ToString(), order, cancellationToken) : SignedOut;
}
