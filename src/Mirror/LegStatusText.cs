using Keystone.Domain.Escrow;

namespace Keystone.Mirror;

/// <summary>Status of a leg as the mirror stores it.</summary>
internal static class LegStatusText
{
    public static string Of(LegStatus status) => status switch
    {
        LegStatus.Pending => "pending",
        LegStatus.Deposited => "deposited",
        LegStatus.Armed => "armed",
        LegStatus.Withdrawn => "withdrawn",
        LegStatus.Released => "released",
        LegStatus.Refunded => "refunded",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No status of a leg."),
    };

    public static LegStatus Parse(string text) => text switch
    {
        "pending" => LegStatus.Pending,
        "deposited" => LegStatus.Deposited,
        "armed" => LegStatus.Armed,
        "withdrawn" => LegStatus.Withdrawn,
        "released" => LegStatus.Released,
        "refunded" => LegStatus.Refunded,
        _ => throw new FormatException($"The mirror has a leg with the status '{text}', which this version does not know."),
    };
}
