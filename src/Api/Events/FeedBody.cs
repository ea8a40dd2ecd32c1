using System.ComponentModel;
using System.Text.Json;

namespace Keystone.Api.Events;

/// <summary>A part of the feed of events.</summary>
internal sealed record FeedBody(
    [property: Description("Events after the position that was asked for, oldest first.")] IReadOnlyList<FeedItemBody> Items,
    [property: Description("Send it as after to read on.")] long Next,
    [property: Description("There are more already.")] bool HasMore,
    [property: Description("Position of the last event of your environment, whatever types says: send it as after to read only what comes from now on.")] long Head);

/// <summary>An event of the feed.</summary>
internal sealed record FeedItemBody(
    [property: Description("Number in the feed of your environment, from 1 without gaps.")] long Position,
    [property: Description("The event as webhooks carry it.")] JsonElement Body);
