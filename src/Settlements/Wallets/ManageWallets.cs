using System.Globalization;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Wallets;

/// <summary>
/// Use cases around the wallets that parties of an environment may use, where its switch asks for that. A new wallet waits for a day, or for the approval of a
/// second person: whoever takes one credential over does not send money to a wallet of his own at once.
/// </summary>
public sealed class ManageWallets
{
    const string What = "Wallet";

    /// <summary>Most wallets of an environment.</summary>
    public const int Most = 10_000;

    /// <summary>Time for which a new wallet waits.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromHours(24);

    readonly WalletStore _store;
    readonly TimeProvider _time;

    internal ManageWallets(WalletStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Wallets of the caller's environment, newest first.</summary>
    public async Task<Page<WalletView>> ListAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        (IReadOnlyList<WalletView> items, long total) = await _store.ListAsync(caller.EnvironmentId, _time.GetUtcNow(), limit, offset, cancellationToken);
        return new Page<WalletView>(items, total);
    }

    /// <summary>A wallet of the caller's environment.</summary>
    public async Task<Result<WalletView>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _store.FindAsync(caller.EnvironmentId, id, _time.GetUtcNow(), cancellationToken) is { } found ? found : DomainError.NotFound(What);
    }

    /// <summary>Registers a wallet.</summary>
    /// <param name="caller">Who registers it.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="found">Faults that the host found; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<WalletView>> RegisterAsync(Caller caller, RegisterWalletRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.WalletsManage) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        Address? address = rules.Wallet("wallet_address", request.WalletAddress, required: true);
        string? label = rules.Text("label", request.Label);
        if (rules.Faults.Any) return DomainError.Validation(rules.Faults.All);
        if (await _store.CountAsync(caller.EnvironmentId, cancellationToken) >= Most)
            return new DomainError(ErrorCodes.WalletLimitReached, string.Create(CultureInfo.InvariantCulture, $"An environment has at most {Most} wallets. Remove one first."));
        DateTimeOffset now = _time.UtcNowMicroseconds();
        Guid id = Guid.CreateVersion7(now);
        if (!await _store.InsertAsync(id, caller.EnvironmentId, address!.Value, label, now + Wait, caller.ClientId, caller.Person, now, cancellationToken))
            return new DomainError(ErrorCodes.WalletExists, "The wallet is registered already.");
        return (await _store.FindAsync(caller.EnvironmentId, id, now, cancellationToken))!;
    }

    /// <summary>Approves a wallet, so that it waits no longer. Not by whoever registered it. An approval again changes nothing.</summary>
    public async Task<Result<WalletView>> ApproveAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Refuse(Scopes.WalletsManage) is { } forbidden) return forbidden;
        // Members who only instruct propose wallets.
        if (caller.IsMember && !caller.May(Scopes.SettlementsConfirm)) return new DomainError("insufficient_scope", "A wallet is approved by a member with the role approve.");
        if (await _store.PersonAsync(caller.EnvironmentId, id, cancellationToken) is not { } person) return DomainError.NotFound(What);
        if (person == caller.Person)
            return new DomainError(ErrorCodes.SecondPersonNeeded, "You registered this wallet; a second person approves it. Otherwise it may be used a day after it was registered.");
        DateTimeOffset now = _time.UtcNowMicroseconds();
        await _store.ApproveAsync(caller.EnvironmentId, id, caller.ClientId, caller.Person, now, cancellationToken);
        return await FindAsync(caller, id, cancellationToken);
    }

    /// <summary>Removes a wallet: new parties cannot use it any more. Null when it is done.</summary>
    public async Task<DomainError?> RemoveAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Refuse(Scopes.WalletsManage) is { } forbidden) return forbidden;
        return await _store.RemoveAsync(caller.EnvironmentId, id, _time.UtcNowMicroseconds(), cancellationToken) ? null : DomainError.NotFound(What);
    }
}
