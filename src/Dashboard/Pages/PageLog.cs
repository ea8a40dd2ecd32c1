using Microsoft.Extensions.Logging;

namespace Keystone.Dashboard.Pages;

/// <summary>Log messages of the pages.</summary>
internal static partial class PageLog
{
    [LoggerMessage(EventId = 11002, Level = LogLevel.Warning, Message = "Page {Page} could not be read: {Reason}")]
    public static partial void NotRead(ILogger log, string page, string reason);
}
