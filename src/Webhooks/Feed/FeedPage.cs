namespace Keystone.Webhooks.Feed;

/// <summary>A part of an environment's feed.</summary>
/// <param name="Items">The messages, oldest first.</param>
/// <param name="Next">Position to read on from; at the end of the feed the position of its last message.</param>
/// <param name="HasMore">There are more messages behind <paramref name="Next"/> already.</param>
/// <param name="Head">Position of the feed's last message; 0 when there is none.</param>
/// <param name="RestartAfter">When the asked position lies before what is kept, or behind the end: where to begin anew. Else null.</param>
public sealed record FeedPage(IReadOnlyList<FeedMessage> Items, long Next, bool HasMore, long Head, long? RestartAfter = null);
