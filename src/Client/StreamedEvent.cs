namespace Keystone.Client;

/// <summary>An event of the feed as the stream carries it.</summary>
/// <param name="Position">Number in the feed of the environment, from 1 without gaps.</param>
/// <param name="Type">Name of the event.</param>
/// <param name="Body">The event as webhooks carry it: the same bytes, UTF-8 JSON.</param>
public sealed record StreamedEvent(long Position, string Type, ReadOnlyMemory<byte> Body);
