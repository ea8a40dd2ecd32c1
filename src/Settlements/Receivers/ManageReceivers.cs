using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Keystone.Webhooks.Messages;
using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Receivers;

/// <summary>Use cases around the receivers of webhooks of an environment: make, change, rotate, test, remove. A member needs a recent proof of presence for what concerns a secret or a URL.</summary>
public sealed class ManageReceivers
{
    const string What = "Webhook endpoint";

    readonly EndpointStore _store;
    readonly WebhookRules _rules;
    readonly TimeProvider _time;

    internal ManageReceivers(EndpointStore store, IOptions<WebhookOptions> options, TimeProvider time) => (_store, _rules, _time) = (store, new WebhookRules(options), time);

    /// <summary>Registers a receiver. Its secret is in this answer and in no other.</summary>
    /// <param name="caller">Who registers it.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="found">Faults that the host found; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<CreatedReceiver>> CreateAsync(Caller caller, CreateWebhookRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.RefuseWithoutPresence(_time.GetUtcNow(), Scopes.WebhooksManage) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? url = _rules.Url(rules, request.Url, caller, required: true), description = rules.Text("description", request.Description);
        string[]? events = WebhookRules.Events(rules, request.Events, request.EventTypes);
        if (request.Events is null && request.EventTypes is null && !rules.IsBad("event_types")) rules.Missing("events");
        string? secret = WebhookRules.Secret(rules, request.Secret);
        bool mutual = _rules.MutualTls(rules, request.MutualTls, url);
        if (rules.Faults.Any) return DomainError.Validation(rules.Faults.All);
        DateTimeOffset now = _time.UtcNowMicroseconds();
        secret ??= Signature.NewSecret();
        Endpoint endpoint = new(Guid.CreateVersion7(now), caller.EnvironmentId, url!, description, events!, true, Signature.IsStandard(secret), null, now, now)
        {
            StrictOrder = request.StrictOrder == true,
            MutualTls = mutual,
        };
        return ErrorOf(await _store.InsertAsync(endpoint, ApiVersions.Current, secret, cancellationToken)) is { } refused ? refused : new CreatedReceiver(endpoint, secret);
    }

    /// <summary>A receiver of the caller's environment.</summary>
    public async Task<Result<Endpoint>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _store.FindAsync(caller.EnvironmentId, id, cancellationToken) is { } found ? found : DomainError.NotFound(What);
    }

    /// <summary>Changes a receiver.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="endpoint">From <see cref="FindAsync"/>.</param>
    /// <param name="request">Members that are null keep their values.</param>
    /// <param name="changesDescription">True when a description that is null removes the one that is there.</param>
    /// <param name="found">Faults that the host found; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Endpoint>> UpdateAsync(Caller caller, Endpoint endpoint, UpdateWebhookRequest request, bool changesDescription, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.RefuseWithoutPresence(_time.GetUtcNow(), Scopes.WebhooksManage) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? url = _rules.Url(rules, request.Url, caller, required: false), description = rules.Text("description", request.Description);
        string[]? events = WebhookRules.Events(rules, request.Events, request.EventTypes);
        bool mutual = _rules.MutualTls(rules, request.MutualTls ?? endpoint.MutualTls, url ?? endpoint.Url);
        if (rules.Faults.Any) return DomainError.Validation(rules.Faults.All);
        endpoint = endpoint with
        {
            Url = url ?? endpoint.Url,
            Description = changesDescription ? description : endpoint.Description,
            Events = events ?? endpoint.Events,
            IsActive = request.IsActive ?? endpoint.IsActive,
            DisabledReason = request.IsActive == true ? null : endpoint.DisabledReason,
            UpdatedAt = _time.UtcNowMicroseconds(),
            StrictOrder = request.StrictOrder ?? endpoint.StrictOrder,
            MutualTls = mutual,
        };
        return ErrorOf(await _store.UpdateAsync(endpoint, cancellationToken)) is { } refused ? refused : endpoint;
    }

    /// <summary>Gives a receiver a new secret, which signs at once; the one before signs too for <see cref="EndpointStore.RotationOverlap"/>.</summary>
    /// <param name="caller">Who rotates.</param>
    /// <param name="endpoint">From <see cref="FindAsync"/>.</param>
    /// <param name="request">A secret of one's own; null for a new one.</param>
    /// <param name="found">Faults that the host found; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<CreatedReceiver>> RotateAsync(Caller caller, Endpoint endpoint, RotateSecretRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.RefuseWithoutPresence(_time.GetUtcNow(), Scopes.WebhooksManage) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? secret = WebhookRules.Secret(rules, request.Secret);
        if (rules.Faults.Any) return DomainError.Validation(rules.Faults.All);
        secret ??= Signature.NewSecret();
        DateTimeOffset now = _time.UtcNowMicroseconds();
        await _store.RotateAsync(endpoint.Id, secret, now, cancellationToken);
        return new CreatedReceiver(endpoint with { StandardScheme = Signature.IsStandard(secret), UpdatedAt = now }, secret);
    }

    /// <summary>Queues a test event for a receiver, whatever its patterns; the event's id.</summary>
    public async Task<Result<string>> TestAsync(Caller caller, Endpoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(endpoint);
        if (caller.Refuse(Scopes.WebhooksManage) is { } forbidden) return forbidden;
        DateTimeOffset now = _time.UtcNowMicroseconds();
        Guid message = Guid.CreateVersion7(now);
        await _store.InsertTestAsync(endpoint, message, Guid.CreateVersion7(now), MessageComposer.Test(message, now, ApiVersions.Current, endpoint.Id), now, cancellationToken);
        return DeliveryHeaders.EventId(message);
    }

    /// <summary>Removes a receiver with its secrets and deliveries. Null when it is done.</summary>
    public async Task<DomainError?> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.RefuseWithoutPresence(_time.GetUtcNow(), Scopes.WebhooksManage) is { } forbidden) return forbidden;
        return await _store.DeleteAsync(caller.EnvironmentId, id, cancellationToken) ? null : DomainError.NotFound(What);
    }

    static DomainError? ErrorOf(EndpointRefusal? refusal) => refusal switch
    {
        EndpointRefusal.TooMany => new DomainError(ErrorCodes.WebhookLimitReached, $"This environment has {EndpointStore.Most} webhook endpoints, which is the most. Remove one first."),
        EndpointRefusal.UrlTaken => new DomainError(ErrorCodes.WebhookUrlTaken, "Another webhook endpoint of this environment has this URL. Change that one."),
        _ => null,
    };
}
