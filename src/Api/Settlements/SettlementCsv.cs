using Keystone.Api.Http;
using Keystone.Settlements.List;
using Keystone.Settlements.Read;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Keystone.Api.Settlements;

/// <summary>The list of settlements as CSV: one table of settlements, legs, transactions or costs.</summary>
internal static class SettlementCsv
{
    /// <summary>Names of the tables.</summary>
    public static readonly string[] Tables = ["settlements", "legs", "transactions", "costs"];

    delegate IEnumerable<object?[]> Rows(ExportedSettlement exported);

    /// <summary>True when the caller prefers CSV to JSON.</summary>
    public static bool IsAsked(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted)) return false;
        double csv = Quality("text/csv"), json = Quality("application/json");
        return csv > 0 && csv >= json;

        double Quality(string type) => accepted.Where(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>Writes all of them. The first page is read before the answer begins.</summary>
    public static async Task WriteAsync(HttpContext context, IAsyncEnumerable<ExportedSettlement> settlements, string table)
    {
        (string[] columns, Rows rows) = table switch
        {
            "legs" => (LegColumns, (Rows)Legs),
            "transactions" => (TransactionColumns, Transactions),
            "costs" => (CostColumns, Costs),
            _ => (SettlementColumns, Settlements),
        };
        CsvWriter writer = new(context.Response);
        await using IAsyncEnumerator<ExportedSettlement> reader = settlements.GetAsyncEnumerator(context.RequestAborted);
        bool more = await reader.MoveNextAsync();
        writer.Begin($"{table}.csv", columns);
        if (RequestMiddleware.IsHead(context)) return;
        for (; more; more = await reader.MoveNextAsync())
            foreach (object?[] row in rows(reader.Current))
                await writer.WriteAsync(row, context.RequestAborted);
        await writer.FlushAsync(context.RequestAborted);
    }

    static readonly string[] SettlementColumns =
    [
        "id", "external_reference", "idempotency_key", "settlement_type", "settlement_category", "template_slug", "template_version", "state", "is_terminal", "failure_code", "failure_message",
        "iso_status", "iso_reason", "parties", "escrow_contract", "escrow_id", "escrow_status", "gas_used", "wei", "transactions", "not_before", "timeout_at", "created_at", "updated_at",
    ];

    static IEnumerable<object?[]> Settlements(ExportedSettlement exported)
    {
        SettlementView s = exported.Settlement;
        yield return
        [
            s.Id, s.ExternalReference, s.IdempotencyKey, s.SettlementType, s.SettlementCategory, s.TemplateSlug, s.TemplateVersion, s.State, s.IsTerminal, s.Failure?.Code, s.Failure?.Message,
            s.Iso.Status, s.Iso.Reason, string.Join("; ", s.Parties.Select(party => $"{party.Role} {party.PlatformSlug} {party.Status}")), s.Escrow?.ContractAddress, s.Escrow?.Id, s.Escrow?.Status,
            s.Costs.GasUsed, s.Costs.Wei, s.Costs.Transactions, s.NotBefore, s.TimeoutAt, s.CreatedAt, s.UpdatedAt,
        ];
    }

    static readonly string[] LegColumns =
    [
        "settlement_id", "leg_id", "index", "leg_type", "instrument_id", "chain_id", "token_address", "token_symbol", "token_standard", "token_id", "quantity", "amount", "direction", "party_role",
        "recipient_role", "status", "external_reference", "depositor", "recipient", "refund_to", "deposit_tx", "release_tx", "refund_tx",
    ];

    static IEnumerable<object?[]> Legs(ExportedSettlement exported) => exported.Settlement.Legs.Select(leg => (object?[])
    [
        leg.SettlementId, leg.Id, leg.Index, leg.LegType, leg.InstrumentId, leg.ChainId, leg.Token.Address, leg.Token.Symbol, leg.TokenStandard, leg.TokenId, leg.Quantity, leg.Amount, leg.Direction,
        leg.PartyRole, leg.RecipientRole, leg.Status, leg.ExternalReference, leg.Depositor, leg.Recipient, leg.RefundTo, leg.Deposit?.Hash, leg.Release?.Hash, leg.Refund?.Hash,
    ]);

    static readonly string[] TransactionColumns = ["settlement_id", "kind", "leg_index", "hash", "log_index", "block_number", "block_hash", "confirmations", "at", "from"];

    static IEnumerable<object?[]> Transactions(ExportedSettlement exported)
    {
        SettlementView s = exported.Settlement;
        IEnumerable<(string Kind, int? Leg, TransactionView? Transaction)> all =
        [
            ("register", null, s.Escrow?.RegisterTx), ("execute", null, s.Escrow?.ExecuteTx), ("cancel", null, s.Escrow?.CancelTx),
            .. s.Legs.SelectMany(leg => ((string, int?, TransactionView?)[])[("deposit", leg.Index, leg.Deposit), ("release", leg.Index, leg.Release), ("refund", leg.Index, leg.Refund)]),
        ];
        return all.Where(one => one.Transaction is not null).Select(one => (object?[])
            [s.Id, one.Kind, one.Leg, one.Transaction!.Hash, one.Transaction.LogIndex, one.Transaction.BlockNumber, one.Transaction.BlockHash, one.Transaction.Confirmations, one.Transaction.At,
                one.Transaction.From]);
    }

    static readonly string[] CostColumns = ["settlement_id", "action", "leg_index", "transaction", "block_number", "succeeded", "gas_used", "wei", "shared_by"];

    static IEnumerable<object?[]> Costs(ExportedSettlement exported) => exported.Costs.Select(cost => (object?[])
        [exported.Settlement.Id, cost.Action, cost.LegIndex, cost.Transaction, cost.BlockNumber, cost.Succeeded, cost.GasUsed, cost.Wei, cost.SharedBy]);
}
