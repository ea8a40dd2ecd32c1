using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Tests;

/// <summary>What the API logged with an exception; an answer of 500 names nothing but the request.</summary>
public sealed class FaultLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _faults = new();

    /// <summary>All of it, for the message of a test that fails.</summary>
    public override string ToString() => string.Join('\n', _faults);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null) _faults.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
