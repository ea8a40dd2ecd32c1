namespace Keystone.Compliance.Lists;

/// <summary>A list that cannot be used. The message names the file, the line where there is one, and what to do.</summary>
public sealed class ListFileException : Exception
{
    /// <summary>A list that cannot be used.</summary>
    /// <param name="reason">One word for metrics and alarms, such as <c>truncated</c>.</param>
    /// <param name="message">A sentence.</param>
    /// <param name="inner">What the reader met.</param>
    public ListFileException(string reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    /// <summary>
    /// One word: <c>missing</c>, <c>stale</c>, <c>empty</c>, <c>halved</c>, <c>too_large</c>, <c>malformed</c>, <c>truncated</c>, <c>wrong_document</c>,
    /// <c>shape_changed</c>, <c>stale_copy</c>, <c>hash_mismatch</c>.
    /// </summary>
    public string Reason { get; }
}
