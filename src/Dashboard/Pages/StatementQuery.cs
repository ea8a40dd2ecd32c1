using System.Globalization;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Statements;

namespace Keystone.Dashboard.Pages;

/// <summary>Day, token and wallet of a statement, as they stand in the URL of its page and of its download.</summary>
/// <param name="Date">The day, UTC; null for yesterday.</param>
/// <param name="Token">Address or own symbol; null for all.</param>
/// <param name="Wallet">Address as typed; null for all.</param>
internal sealed record StatementQuery(DateOnly? Date, string? Token, string? Wallet)
{
    const string DayFormat = "yyyy-MM-dd";

    /// <summary>Reads what a URL says. A day that is none is yesterday.</summary>
    public static StatementQuery Read(string? date, string? token, string? wallet) =>
        new(DateOnly.TryParseExact(date, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null, Clean(token), Clean(wallet));

    /// <summary>The statement, or all that is wrong with the query.</summary>
    public async Task<Result<StatementView>> RunAsync(ReadStatement read, Caller caller, CancellationToken cancellationToken)
    {
        Faults faults = new();
        Address? wallet = Wallet is { } text ? MemberRules.ReadAddress(text, "/wallet", faults) : null;
        return faults.Any ? DomainError.Validation(faults.All) : await read.ExecuteAsync(caller, Date, Token, wallet, cancellationToken);
    }

    /// <summary>The same as a query, beginning with <c>?</c>.</summary>
    /// <param name="day">The day, also where the URL named none.</param>
    public string ToUrl(DateOnly day) => $"?date={Text(day)}{Part("token", Token)}{Part("wallet", Wallet)}";

    /// <summary>A day as forms and URLs write it.</summary>
    public static string Text(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    static string Part(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    static string? Clean(string? text) => text?.Trim() is { Length: > 0 and <= 255 } clean && !clean.Any(char.IsControl) ? clean : null;
}
