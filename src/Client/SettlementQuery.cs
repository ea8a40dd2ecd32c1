using System.Globalization;

namespace Keystone.Client;

/// <summary>Which settlements a list shows. Null means: any.</summary>
public sealed record SettlementQuery
{
    /// <summary>States as the templates name them.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary><c>single_platform</c> or <c>cross_platform</c>.</summary>
    public string? SettlementType { get; init; }

    /// <summary>Your own reference.</summary>
    public string? ExternalReference { get; init; }

    /// <summary>Your own key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Template by id or slug.</summary>
    public string? TemplateId { get; init; }

    /// <summary>Created at this time or later.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Created before this time.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Times out before this time.</summary>
    public DateTimeOffset? TimeoutBefore { get; init; }

    /// <summary>Wallet of a party of yours.</summary>
    public string? WalletAddress { get; init; }

    /// <summary>Only those in which something waits for you, or that roll back.</summary>
    public bool Attention { get; init; }

    /// <summary>Most items, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary><c>next_cursor</c> of an earlier page.</summary>
    public string? Cursor { get; init; }

    internal IEnumerable<(string Name, string? Value)> Parameters()
    {
        foreach (string state in States) yield return ("state", state);
        yield return ("settlement_type", SettlementType);
        yield return ("external_reference", ExternalReference);
        yield return ("idempotency_key", IdempotencyKey);
        yield return ("template_id", TemplateId);
        yield return ("created_from", Time(CreatedFrom));
        yield return ("created_to", Time(CreatedTo));
        yield return ("timeout_before", Time(TimeoutBefore));
        yield return ("wallet_address", WalletAddress);
        yield return ("attention", Attention ? "true" : null);
        yield return ("limit", Limit.ToString(CultureInfo.InvariantCulture));
        yield return ("cursor", Cursor);
    }

    static string? Time(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
