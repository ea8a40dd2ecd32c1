using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>A list as it is used.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="IsUsable">False when nobody is cleared because of it.</param>
/// <param name="Reason">One word for what is wrong, such as <c>halved</c>; null when nothing is. A list with a fault may be usable: the file before is in use meanwhile.</param>
/// <param name="Fault">The same as a sentence.</param>
/// <param name="Hash">SHA-256 of the file in use; null when there is none.</param>
/// <param name="PublishedAt">As the file says, UTC; null when it does not.</param>
/// <param name="WrittenAt">When the file in use was written last, UTC; null when there is none.</param>
/// <param name="Entries">Entries in use.</param>
public sealed record ListState(string Name, bool IsUsable, string? Reason, string? Fault, Hash32? Hash, DateTimeOffset? PublishedAt, DateTimeOffset? WrittenAt, int Entries);
