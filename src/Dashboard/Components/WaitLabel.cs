using Keystone.Settlements.Explain;

namespace Keystone.Dashboard.Components;

/// <summary>What is waited for, in the few words that a cell of a list has room for.</summary>
internal static class WaitLabel
{
    /// <summary>Who, and what has to be done.</summary>
    /// <param name="wait">What is waited for.</param>
    /// <param name="own">Slug of the reader's platform.</param>
    public static string Of(WaitView wait, string own) => $"{(wait.Who != own ? wait.Who : wait.Action == "deposit" ? $"our {wait.Role}" : "us")}: {Of(wait.Action)}";

    static string Of(string action) => action switch
    {
        "act" => "report a result",
        "cancel" => "agree to cancel",
        "finalize" => "make final",
        "wait" => "go on",
        _ => action,
    };
}
