using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Statements;

/// <summary>Use case: what the escrow held for the caller's wallets on a day, and how it came about.</summary>
public sealed class ReadStatement
{
    readonly StatementStore _store;
    readonly TimeProvider _time;

    internal ReadStatement(StatementStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>The statement of a day.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="date">The day, UTC; null for yesterday.</param>
    /// <param name="token">Only of this token: its address, or the symbol under which the caller registered it.</param>
    /// <param name="wallet">Only of this wallet.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Result<StatementView>> ExecuteAsync(Caller caller, DateOnly? date, string? token, Address? wallet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        DateOnly today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        DateOnly day = date ?? today.AddDays(-1);
        if (day > today || day.Year < 2000) return DomainError.Validation([new Fault("/date", "out_of_range", "date must be a day from the year 2000 to today, UTC.")]);
        (ChainTime from, ChainTime to) = Bounds(day);
        StatementView empty = new(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), from.ToDateTime(), to.ToDateTime(), caller.ChainId, null, null, false, null, []);
        IReadOnlyDictionary<Address, StatementToken> tokens = await _store.TokensAsync(caller.ChainId, caller.EnvironmentId, cancellationToken);
        Faults faults = new();
        Address? only = token is null ? null : tokens.Values.FirstOrDefault(one => one.Symbol == token)?.Address ?? MemberRules.ReadAddress(token, "/token", faults);
        if (faults.Any) return DomainError.Validation(faults.All);
        if (await _store.ReadAsync(caller.ChainId, caller.EnvironmentId, day, cancellationToken) is not { } read) return empty;
        return empty with
        {
            OpeningBlock = View(read.Opening),
            ClosingBlock = View(read.Closing),
            Final = read.FinalizedTime.Seconds >= to.Seconds,
            Reconciled = read.Reconciled,
            Accounts =
            [
                .. read.Accounts.Where(account => account.Key.Environment == caller.EnvironmentId && (only is null || account.Key.Token == only) && (wallet is null || account.Key.Wallet == wallet))
                    .Select(account => View(account, tokens.GetValueOrDefault(account.Key.Token), read.Blocks, caller)),
            ],
        };
    }

    /// <summary>First second of a day, and of the next one.</summary>
    internal static (ChainTime From, ChainTime To) Bounds(DateOnly day)
    {
        DateTimeOffset from = new(day, TimeOnly.MinValue, TimeSpan.Zero);
        return (ChainTime.FromDateTime(from), ChainTime.FromDateTime(from.AddDays(1)));
    }

    static StatementBlock? View(LedgerBlock? block) => block is null ? null : new StatementBlock(block.Number, block.Hash.ToString(), block.Time.ToDateTime());

    static StatementAccount View(AccountStatement account, StatementToken? token, IReadOnlyDictionary<long, MirroredBlock> blocks, Caller caller) => new(
        account.Key.Token.ToString(), token?.Symbol, token is { Symbol: not null } ? token.Decimals : null, account.Kind == TokenKind.Erc20 ? null : account.Key.TokenId.ToString(), account.Key.Wallet.ToString(),
        account.Opening.ToString(CultureInfo.InvariantCulture), account.Closing.ToString(CultureInfo.InvariantCulture),
        [
            .. account.Entries.Select(one => new StatementMovement(one.Movement.Kind.ToString().ToLowerInvariant(), one.Movement.Leg.Amount.ToString(),
                one.Balance.ToString(CultureInfo.InvariantCulture), one.Owner?.SettlementId, one.Owner?.LegId,
                one.Owner is { } owner && owner.Initiator == caller.EnvironmentId ? owner.ExternalReference : null,
                one.Movement.At.Transaction.ToString(), one.Movement.At.LogIndex, one.Movement.At.Block,
                blocks.TryGetValue(one.Movement.At.Block, out MirroredBlock block) ? block.Hash.ToString() : null,
                blocks.TryGetValue(one.Movement.At.Block, out MirroredBlock at) ? at.Time.ToDateTime() : null)),
        ]);
}
