using System.Threading.Channels;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Keystone.Hosting.Tests;

/// <summary>Loops of the services outlive what their polls throw, and say it without flooding the log.</summary>
public sealed class PolledLoopTests
{
    readonly FakeTimeProvider _time = new();
    readonly Said _said = new();

    [Fact]
    public async Task A_call_that_its_own_limit_ended_does_not_end_the_loop_and_the_end_of_the_service_does()
    {
        using Scripted loop = new(_time, _said, pulses: null);
        await loop.StartAsync(CancellationToken.None);
        // What a client throws whose own limit has passed; nobody asked the service to end.
        await loop.PollAsync(new TaskCanceledException("The request was cancelled due to the configured timeout."));
        await loop.PollAsync(new InvalidOperationException("Sequence contains no elements"));
        await loop.PollAsync(null);
        Assert.Equal([LogLevel.Error, LogLevel.Error], _said.Levels);
        Assert.False(loop.ExecuteTask!.IsCompleted);
        await loop.StopAsync(CancellationToken.None);
        Assert.Equal(TaskStatus.RanToCompletion, loop.ExecuteTask.Status);
        Assert.Equal(2, _said.Levels.Count);
    }

    [Fact]
    public async Task The_same_fault_is_said_once_a_minute_and_again_after_a_poll_that_went_well()
    {
        using Scripted loop = new(_time, _said, pulses: null);
        await loop.StartAsync(CancellationToken.None);
        for (int i = 0; i < 10; i++) await loop.PollAsync(new NpgsqlException("Failed to connect"));
        Assert.Equal([LogLevel.Warning], _said.Levels);
        _time.Advance(TimeSpan.FromSeconds(60));
        for (int i = 0; i < 10; i++) await loop.PollAsync(new NpgsqlException("Failed to connect"));
        Assert.Equal(2, _said.Levels.Count);
        await loop.PollAsync(new NpgsqlException("too many connections"));
        Assert.Equal(3, _said.Levels.Count);
        await loop.PollAsync(null);
        await loop.PollAsync(new NpgsqlException("too many connections"));
        Assert.Equal(4, _said.Levels.Count);
        await loop.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_loop_whose_poll_hangs_is_late_for_the_watchdog_and_one_that_fails_is_not()
    {
        LoopPulses pulses = new(_time);
        using Scripted loop = new(_time, _said, pulses);
        await loop.StartAsync(CancellationToken.None);
        for (int i = 0; i < 3; i++)
        {
            await loop.PollAsync(new NpgsqlException("Failed to connect"));
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Empty(pulses.Late());
        }
        await loop.PollAsync(null);
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(["scripted"], pulses.Late());
        await loop.StopAsync(CancellationToken.None);
    }

    /// <summary>Each poll waits to be told how it ends.</summary>
    sealed class Scripted(TimeProvider time, ILogger log, LoopPulses? pulses) : BackgroundService
    {
        readonly Channel<Exception?> _ends = Channel.CreateUnbounded<Exception?>();
        readonly SemaphoreSlim _begun = new(0);

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => new PolledLoop("scripted", TimeSpan.FromHours(1), time, log, pulses) { Signal = () => Task.CompletedTask }
            .RunAsync(async token =>
            {
                _begun.Release();
                if (await _ends.Reader.ReadAsync(token) is { } fault) throw fault;
            }, stoppingToken);

        /// <summary>Has the present poll end so, and waits for the next one.</summary>
        public async Task PollAsync(Exception? end)
        {
            Assert.True(await _begun.WaitAsync(TimeSpan.FromMinutes(1)), "It polls no more.");
            _ends.Writer.TryWrite(end);
            Assert.True(await _begun.WaitAsync(TimeSpan.FromMinutes(1)), "It polls no more.");
            _begun.Release();
        }

        public override void Dispose()
        {
            _begun.Dispose();
            base.Dispose();
        }
    }

    sealed class Said : ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Levels.Add(logLevel);
    }
}
