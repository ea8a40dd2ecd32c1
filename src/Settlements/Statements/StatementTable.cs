using System.Globalization;
using Keystone.Postgres;

namespace Keystone.Settlements.Statements;

/// <summary>A statement as a table: for each account a row for its opening, one for each movement and one for its closing. What is downloaded as CSV, by whomever, has these columns.</summary>
public static class StatementTable
{
    /// <summary>Names of the columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "date", "chain_id", "token_address", "symbol", "token_id", "wallet_address", "entry", "amount", "balance", "settlement_id", "leg_id", "external_reference", "hash", "log_index", "block_number",
        "block_hash", "at", "final", "reconciled",
    ];

    /// <summary>The rows, each with as many cells as there are columns. Amounts in smallest units, times by RFC 3339; null for an empty cell.</summary>
    public static IEnumerable<IReadOnlyList<string?>> Rows(StatementView statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return statement.Accounts.SelectMany(account => Rows(statement, account));
    }

    static IEnumerable<IReadOnlyList<string?>> Rows(StatementView statement, StatementAccount account)
    {
        yield return Row("opening", account.Opening, account.Opening, null, statement.OpeningBlock);
        foreach (StatementMovement one in account.Movements) yield return Row(one.Type, one.Amount, one.Balance, one, null);
        yield return Row("closing", account.Closing, account.Closing, null, statement.ClosingBlock);

        string?[] Row(string entry, string amount, string balance, StatementMovement? movement, StatementBlock? block) =>
        [
            statement.Date, Text(statement.ChainId), account.TokenAddress, account.Symbol, account.TokenId, account.WalletAddress, entry, amount, balance, movement?.SettlementId?.ToString(),
            movement?.LegId?.ToString(), movement?.ExternalReference, movement?.Hash, Text(movement?.LogIndex), Text(movement?.BlockNumber ?? block?.Number), movement?.BlockHash ?? block?.Hash,
            (movement?.At ?? block?.At) is { } at ? Timestamps.Text(at) : null, Text(statement.Final), Text(statement.Reconciled),
        ];
    }

    static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    static string? Text(bool? flag) => flag switch { true => "true", false => "false", null => null };
}
