using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Keystone.Api.Http;

/// <summary>The body of an answer, written by the first of two who want to: the handler, or the deadline in its place. The other one's writing ends in an exception.</summary>
/// <param name="inner">The body itself.</param>
internal sealed class ResponseGate(IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
{
    const int Open = 0, OfHandler = 1, Taken = 2;

    int _state;

    /// <summary>Takes the answer away from the handler; false when the handler has begun it.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Open) == Open;

    /// <inheritdoc/>
    public Stream Stream
    {
        get
        {
            Enter();
            return inner.Stream;
        }
    }

    /// <inheritdoc/>
    public PipeWriter Writer
    {
        get
        {
            Enter();
            return inner.Writer;
        }
    }

    /// <inheritdoc/>
    public void DisableBuffering() => inner.DisableBuffering();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        Enter();
        return inner.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        Enter();
        return inner.SendFileAsync(path, offset, count, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CompleteAsync()
    {
        Enter();
        return inner.CompleteAsync();
    }

    void Enter()
    {
        if (Interlocked.CompareExchange(ref _state, OfHandler, Open) == Taken) throw new OperationCanceledException("The request was answered without its handler.");
    }
}
