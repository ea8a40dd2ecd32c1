namespace Keystone.Webhooks.Endpoints;

/// <summary>A platform's receiver of webhooks.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EnvironmentId">Environment that owns it.</param>
/// <param name="Url">Where deliveries go.</param>
/// <param name="Description">The owner's note.</param>
/// <param name="Events">Patterns as accepted by <see cref="EventPattern"/>.</param>
/// <param name="IsActive">False: nothing new is created for it.</param>
/// <param name="StandardScheme">Its secret also serves Standard Webhooks.</param>
/// <param name="DisabledReason">Why deliveries were stopped; null when they were not.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record Endpoint(
    Guid Id, Guid EnvironmentId, string Url, string? Description, string[] Events, bool IsActive, bool StandardScheme,
    string? DisabledReason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>A message of a settlement is sent only after the one before was delivered or given up.</summary>
    public bool StrictOrder { get; init; }

    /// <summary>The sender shows its certificate (mutual TLS).</summary>
    public bool MutualTls { get; init; }
}
