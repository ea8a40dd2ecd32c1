using Keystone.Compliance;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Settlements.List;

/// <summary>
/// The statements of a list, with the conditions that its filter has and no others. What drives them is decided here and not by the planner, because a page and a total have to
/// cost the same beside ten thousand settlements and beside millions: a lateral subquery with <c>offset 0</c> is run once for each row on its left, by the key of its table.
/// </summary>
internal sealed class ListSqlStore
{
    /// <summary>How far a total is counted, one more than it says.</summary>
    public const int CountLimit = 10_001;

    readonly List<(object Value, NpgsqlDbType Type)> _values = [];
    readonly List<string> _ofVisible = [], _ofSettlement = [];
    readonly SettlementFilter _filter;
    readonly string _from;
    readonly bool _isWalked;

    /// <param name="environment">Whose list.</param>
    /// <param name="filter">Which settlements.</param>
    /// <param name="statesAreRare">Few settlements of the whole system are in the filter's states: they are read first, by the index of states.</param>
    public ListSqlStore(Guid environment, SettlementFilter filter, bool statesAreRare)
    {
        _filter = filter;
        AddConditions(environment);
        string visible = string.Join(" and ", _ofVisible), settlement = string.Join(" and ", _ofSettlement);
        if (_ofSettlement.Count == 0 && !filter.ByDeadline)
        {
            // All that a list says of a settlement stands in the index of what its reader may see.
            (_from, _isWalked) = ($"from settlement.visible_to v where {visible}", true);
        }
        else if (IsNarrow(filter) || _ofSettlement.Count == 0)
        {
            _from = $"from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id where {string.Join(" and ", _ofVisible.Concat(_ofSettlement))}";
        }
        else if (statesAreRare)
        {
            _from = $"""
                from settlement.settlement s
                cross join lateral (select v.created_at, v.settlement_id from settlement.visible_to v where v.settlement_id = s.id and {visible} offset 0) v
                where {settlement}
                """;
        }
        else if (filter.ByDeadline)
        {
            _from = $"from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id where {visible} and {settlement}";
        }
        else
        {
            _from = $"""
                from settlement.visible_to v
                cross join lateral (select s.id from settlement.settlement s where s.id = v.settlement_id and {settlement} offset 0) s
                where {visible}
                """;
            _isWalked = true;
        }
    }

    /// <summary>An index finds what the filter leaves, whatever states it names: what is open, a reference, a key, a wallet.</summary>
    public static bool IsNarrow(SettlementFilter filter) =>
        filter.OpenOnly || filter.Attention || filter.ExternalReference is not null || filter.IdempotencyKey is not null || filter.Wallet is not null;

    /// <summary>Ids of a page and what its order goes by.</summary>
    public NpgsqlCommand Page(NpgsqlDataSource database, int limit, int offset)
    {
        int values = _values.Count;
        (string id, string time, string direction) = _filter.ByDeadline ? ("s.id", "s.timeout_at", "") : ("v.settlement_id", "v.created_at", " desc");
        string after = _filter.After is not { } place ? ""
            : $" and ({time}, {id}) {(_filter.ByDeadline ? ">" : "<")} ({Add(place.CreatedAt, NpgsqlDbType.TimestampTz)}, {Add(place.Id, NpgsqlDbType.Uuid)})";
        NpgsqlCommand command = Command(database,
            $"select {id}, {time} {_from}{after} order by {time}{direction}, {id}{direction} limit {Add(limit, NpgsqlDbType.Integer)} offset {Add(offset, NpgsqlDbType.Integer)}");
        _values.RemoveRange(values, _values.Count - values);
        return command;
    }

    /// <summary>How many match, counted to <see cref="CountLimit"/>. A walk is counted in its order, or the planner would rather read the whole of a small table.</summary>
    public NpgsqlCommand Count(NpgsqlDataSource database) => Command(database,
        $"select count(*) from (select {_from}{(_isWalked ? " order by v.created_at desc, v.settlement_id desc" : "")} limit {CountLimit}) matching");

    NpgsqlCommand Command(NpgsqlDataSource database, string sql)
    {
        NpgsqlCommand command = database.CreateCommand(sql);
        foreach ((object value, NpgsqlDbType type) in _values) command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return command;
    }

    void AddConditions(Guid environment)
    {
        string reader = Add(environment, NpgsqlDbType.Uuid);
        _ofVisible.Add($"v.environment_id = {reader}");
        // The time at which a settlement was made is that at which its readers got it.
        if (_filter.CreatedFrom is { } from) _ofVisible.Add($"v.created_at >= {Add(from, NpgsqlDbType.TimestampTz)}");
        if (_filter.CreatedTo is { } to) _ofVisible.Add($"v.created_at < {Add(to, NpgsqlDbType.TimestampTz)}");

        if (_filter.States.Count > 0) _ofSettlement.Add($"s.state = any({Add(_filter.States.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        if (_filter.Type is { } type) _ofSettlement.Add($"s.type = {Add(type, NpgsqlDbType.Text)}");
        if (_filter.ExternalReference is { } reference) _ofSettlement.Add($"s.external_reference = {Add(reference, NpgsqlDbType.Text)} and s.environment_id = {reader}");
        if (_filter.IdempotencyKey is { } key) _ofSettlement.Add($"s.idempotency_key = {Add(key, NpgsqlDbType.Text)} and s.environment_id = {reader}");
        if (_filter.TemplateId is { } template) _ofSettlement.Add($"s.template_id = {Add(template, NpgsqlDbType.Uuid)}");
        if (_filter.TimeoutBefore is { } timeout) _ofSettlement.Add($"s.timeout_at < {Add(timeout, NpgsqlDbType.TimestampTz)}");
        if (_filter.Wallet is { } wallet)
            _ofSettlement.Add($"exists (select 1 from settlement.party y where y.settlement_id = s.id and y.wallet = {Add(wallet.ToBytes(), NpgsqlDbType.Bytea)} and y.environment_id = {reader})");
        if (_filter.OpenOnly || _filter.Attention) _ofSettlement.Add("s.closed_at is null");
        if (_filter.Attention) _ofSettlement.Add(WaitsFor(reader));
    }

    // Something waits for the reader, or the settlement rolls back.
    static string WaitsFor(string reader) => $"""
        (s.rollback_since is not null
          or exists (select 1 from settlement.party y where y.settlement_id = s.id and y.environment_id = {reader} and y.status = 'pending_confirmation')
          or s.compliance_status = 'review' and exists (select 1 from settlement.party y where y.settlement_id = s.id and y.environment_id = {reader}
            and {ScreeningStore.IsFlagged} and not exists (
              select from settlement.fact d where d.settlement_id = s.id and d.kind = 'decision' and (d.party_id is null or d.party_id = y.id)
                and coalesce(d.check_round, 1) = ({ScreeningStore.LatestRound})))
          or s.environment_id = {reader} and exists (select 1 from settlement.fact f where f.settlement_id = s.id and f.kind = 'action_required' and f.body::jsonb ->> 'state' = s.state)
            and not exists (select 1 from settlement.fact f where f.settlement_id = s.id and f.kind = 'action_result' and f.body::jsonb ->> 'state' = s.state)
          or exists (select 1 from settlement.fact f where f.settlement_id = s.id and f.kind = 'cancel_request')
            and not exists (select 1 from settlement.fact f where f.settlement_id = s.id and (f.kind = 'cancel' or f.kind = 'cancel_request' and f.environment_id = {reader})))
        """;

    string Add(object value, NpgsqlDbType type)
    {
        _values.Add((value, type));
        return $"${_values.Count}";
    }
}
