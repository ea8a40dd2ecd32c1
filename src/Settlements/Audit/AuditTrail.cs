using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Postgres;

namespace Keystone.Settlements.Audit;

/// <summary>Last event of one chain of a settlement.</summary>
/// <param name="Reader">Environment whose chain it is; <see cref="AuditTrail.Operator"/> for the operator's.</param>
/// <param name="Sequence">Number of its last event; 0 before the first.</param>
/// <param name="Hash">Hash of its last event, 32 bytes; zeros before the first.</param>
public sealed record AuditHead(Guid Reader, int Sequence, byte[] Hash);

/// <summary>An event before it is written into chains.</summary>
/// <param name="Type"><c>state</c>, <c>leg</c>, <c>rollback</c>, <c>confirmation_required</c>, <c>confirmation</c>, <c>rejection</c>, <c>signature</c>, <c>agreement</c>, <c>compliance</c>, <c>cancel_request</c>, <c>hold</c>, <c>release</c>, <c>action_required</c>, <c>action_result</c> or <c>order</c>.</param>
/// <param name="From">State before; null for the first.</param>
/// <param name="To">State after.</param>
/// <param name="ChainRevision">Revision of the mirror that it rests on; 0 for none.</param>
/// <param name="At">UTC.</param>
public sealed record AuditEvent(string Type, string? From, string To, long ChainRevision, DateTimeOffset At);

/// <summary>An event as one reader may see it.</summary>
/// <param name="TriggeredBy"><c>api</c>, <c>engine</c>, <c>chain</c>, <c>timer</c>, <c>compliance</c>, <c>admin</c> or <c>reorg</c>.</param>
/// <param name="Details">Further members of the payload; no private field in the clear.</param>
/// <param name="Actor">Credential or person behind it, where the reader may know.</param>
public sealed record AuditContents(string TriggeredBy, JsonObject? Details = null, string? Actor = null);

/// <summary>An event in one chain.</summary>
public sealed record AuditRow(
    Guid Reader, int Sequence, Guid Id, AuditEvent Event, string TriggeredBy, string? Actor, string Payload, byte[] PreviousHash, byte[] ContentHash);

/// <summary>
/// The audit trail of a settlement: a chain of hashes for each reader, made of what that reader may see, and the operator's, which has everything. Nothing in a
/// reader's chain, not even its numbers, shows that another chain has more. Pure; <see cref="AuditStore"/> reads and writes it.
/// </summary>
public sealed class AuditTrail
{
    /// <summary>Stands for the operator among the readers.</summary>
    public static readonly Guid Operator = Guid.Empty;

    readonly Dictionary<Guid, AuditHead> _heads;
    readonly List<AuditRow> _rows = [];
    readonly Guid _settlement;

    /// <param name="settlement">The settlement.</param>
    /// <param name="heads">The last event of each chain that it has; readers without one have no chain.</param>
    public AuditTrail(Guid settlement, IEnumerable<AuditHead> heads) =>
        (_settlement, _heads) = (settlement, heads.ToDictionary(head => head.Reader));

    /// <summary>The trail of a new settlement, for these environments and the operator.</summary>
    public static AuditTrail Begin(Guid settlement, IEnumerable<Guid> environments) =>
        new(settlement, environments.Append(Operator).Distinct().Select(reader => new AuditHead(reader, 0, new byte[32])));

    /// <summary>The settlement.</summary>
    public Guid SettlementId => _settlement;

    /// <summary>Every chain's last event.</summary>
    public IReadOnlyCollection<AuditHead> Heads => _heads.Values;

    /// <summary>What was appended here and is to be written.</summary>
    public IReadOnlyList<AuditRow> Rows => _rows;

    /// <summary>Environments that have a chain.</summary>
    public IEnumerable<Guid> Environments => _heads.Keys.Where(reader => reader != Operator);

    /// <summary>Appends an event to the chain of each reader that may see it; its number in each of these chains.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="contents">What a reader may see of it; null for nothing. The operator is asked like an environment.</param>
    public IReadOnlyDictionary<Guid, int> Append(AuditEvent happened, Func<Guid, AuditContents?> contents)
    {
        ArgumentNullException.ThrowIfNull(happened);
        ArgumentNullException.ThrowIfNull(contents);
        Dictionary<Guid, int> numbers = [];
        foreach (AuditHead head in _heads.Values.ToArray())
        {
            if (contents(head.Reader) is not { } seen) continue;
            JsonObject payload = new()
            {
                ["settlement_id"] = _settlement.ToString(),
                ["sequence"] = head.Sequence + 1,
                ["type"] = happened.Type,
                ["from_state"] = happened.From,
                ["to_state"] = happened.To,
                ["triggered_by"] = seen.TriggeredBy,
                ["created_at"] = Timestamps.Text(happened.At),
            };
            if (seen.Actor is not null) payload["actor"] = seen.Actor;
            foreach ((string name, JsonNode? value) in seen.Details ?? []) payload[name] = value?.DeepClone();
            string text = CanonicalJson.Of(payload);
            byte[] hash = HashOf(head.Hash, text);
            _rows.Add(new AuditRow(head.Reader, head.Sequence + 1, Guid.CreateVersion7(happened.At), happened, seen.TriggeredBy, seen.Actor, text, head.Hash, hash));
            _heads[head.Reader] = head with { Sequence = head.Sequence + 1, Hash = hash };
            numbers[head.Reader] = head.Sequence + 1;
        }
        return numbers;
    }

    /// <summary>SHA-256 over the previous hash and the payload's UTF-8 bytes.</summary>
    public static byte[] HashOf(byte[] previous, string payload)
    {
        ArgumentNullException.ThrowIfNull(previous);
        return SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(payload)]);
    }
}
