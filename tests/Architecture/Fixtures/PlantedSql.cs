namespace Keystone.Architecture.Fixtures;

/// <summary>SQL that the rule on schemas must find, whatever it is written as, and texts that it must leave alone.</summary>
public sealed class PlantedSql
{
    public const string OfTheMirror = "select number as planted from chain.position";

    public static string OfTransactions(string table) => $"update transactions.intent set planted = '{table}'";

    public static string OfSettlements()
    {
        var sql = "select planted from (select 1) x, settlement.leg l";
        return sql;
    }

    public const string NameOfAnEvent = "settlement.leg.deposited planted";
}
