namespace Keystone.Identity;

/// <summary>
/// The request behind a call that changes something, for the activity log. A use case that has a transaction writes the entry in it and marks it; the host writes what
/// is not marked when the answer is known.
/// </summary>
/// <param name="Type">Type of the entry, such as <c>settlement.created</c>.</param>
/// <param name="Category">Such as <c>settlement</c> or <c>compliance</c>.</param>
/// <param name="Description">What the operation does, for people.</param>
/// <param name="Method">Method of the request.</param>
/// <param name="Path">Its path, without query.</param>
/// <param name="StatusWhenDone">Status of the answer when the use case does what it is for.</param>
/// <param name="Address">Address of whoever calls.</param>
/// <param name="UserAgent">What the caller's program calls itself; cut to 255 characters.</param>
/// <param name="RequestId">Id of the request.</param>
/// <param name="Clock">Measures how long it takes.</param>
/// <param name="StartedAt">When it came, by <see cref="TimeProvider.GetTimestamp"/>.</param>
public sealed record CallerRequest(
    string Type, string Category, string Description, string Method, string Path, int StatusWhenDone, string? Address, string? UserAgent, string RequestId, TimeProvider Clock, long StartedAt)
{
    /// <summary>Milliseconds since it came.</summary>
    public int DurationMs => (int)Math.Min(int.MaxValue, Clock.GetElapsedTime(StartedAt).TotalMilliseconds);

    /// <summary>The entry was written with what it is about.</summary>
    public bool IsRecorded { get; set; }
}
