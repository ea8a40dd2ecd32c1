using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Keystone.KeeperBench;

/// <summary>What the server's <c>auto_explain</c> says of each statement, as the driver logs it.</summary>
sealed partial class Notices : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _texts = new();

    /// <summary>What one statement cost: milliseconds, blocks of 8 KiB that its plan touched, and its plan with its text above.</summary>
    public sealed record Statement(double Milliseconds, long Blocks, string Plan);

    /// <summary>Statements since the last call, in their order.</summary>
    public IReadOnlyList<Statement> Take()
    {
        List<Statement> statements = [];
        while (_texts.TryDequeue(out string? text))
        {
            Match head = Head().Match(text), buffers = Buffers().Match(text);
            if (!head.Success) continue;
            long blocks = Number(buffers.Groups["hit"]) + Number(buffers.Groups["read"]);
            statements.Add(new Statement(double.Parse(head.Groups["ms"].Value, CultureInfo.InvariantCulture), blocks, text[(head.Index + head.Length)..].Trim()));
        }
        return statements;
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Value is string text && text.Contains(" ms  plan:", StringComparison.Ordinal)).Value is string plan)
            _texts.Enqueue(plan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    static long Number(Group group) => group.Success ? long.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"duration: (?<ms>[\d.]+) ms  plan:\s*")]
    private static partial Regex Head();

    // The first is of the whole plan.
    [GeneratedRegex(@"Buffers: shared(?: hit=(?<hit>\d+))?(?: read=(?<read>\d+))?")]
    private static partial Regex Buffers();
}
