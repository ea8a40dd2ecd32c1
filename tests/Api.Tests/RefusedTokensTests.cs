using Keystone.Api.Identity;
using Keystone.Testing;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Tests;

/// <summary>Whoever sends junk does not choose how much is logged.</summary>
public sealed class RefusedTokensTests
{
    [Fact]
    public void Junk_tokens_are_one_line_a_minute()
    {
        ShiftedClock clock = new();
        Lines log = new();
        RefusedTokens refused = new(clock, log);
        for (int i = 0; i < 1_000; i++) refused.Add("The token is not valid.");
        Assert.StartsWith("1 requests", Assert.Single(log.Said), StringComparison.Ordinal);
        clock.Shift = TimeSpan.FromSeconds(61);
        for (int i = 0; i < 1_000; i++) refused.Add("The token has expired.");
        Assert.Equal(2, log.Said.Count);
        Assert.StartsWith("1000 requests", log.Said[1], StringComparison.Ordinal);
    }

    sealed class Lines : ILogger<RefusedTokens>
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(formatter(state, exception));
    }
}
