namespace Keystone.Webhooks.Feed;

/// <summary>A message of an environment's feed.</summary>
/// <param name="Position">Number in the feed, from 1 without gaps.</param>
/// <param name="Type">Name of the event.</param>
/// <param name="Payload">The body that endpoints are sent, as JSON text.</param>
public sealed record FeedMessage(long Position, string Type, string Payload);
