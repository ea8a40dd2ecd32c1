namespace Keystone.Webhooks.Delivery;

/// <summary>A delivery that this process may attempt until its claim expires.</summary>
/// <param name="Id">Id of the delivery.</param>
/// <param name="MessageId">Id of the message; the receiver sees it as <c>webhook-id</c>.</param>
/// <param name="EndpointId">Endpoint that it is sent to.</param>
/// <param name="Attempt">Number of this attempt, from 1.</param>
/// <param name="ClaimedUntil">End of the claim, UTC; the result is written only while this process holds it.</param>
/// <param name="Url">Target.</param>
/// <param name="Payload">Bytes to send, as text.</param>
/// <param name="EnvironmentId">Environment that owns the endpoint.</param>
/// <param name="Secrets">Sealed secrets that sign, newest first.</param>
/// <param name="Traceparent">W3C trace context of the work that made the message; null where none was recorded.</param>
internal sealed record ClaimedDelivery(
    Guid Id, Guid MessageId, Guid EndpointId, int Attempt, DateTime ClaimedUntil, string Url, string Payload, Guid EnvironmentId, IReadOnlyList<SealedSecret> Secrets,
    string? Traceparent = null)
{
    /// <summary>Somebody asked for it: what comes of it says nothing of the endpoint's health.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Id of the trace that the receiver is told; null for none.</summary>
    public string? TraceId { get; init; }

    /// <summary>The sender shows its certificate.</summary>
    public bool MutualTls { get; init; }
}
