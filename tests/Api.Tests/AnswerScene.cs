namespace Keystone.Api.Tests;

/// <summary>A request whose answer is known, made where that answer is right.</summary>
/// <param name="Client">Whose token goes along; null for none.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">JSON; null for none.</param>
internal sealed record AnswerScene(string? Client, string Path, string? Body = null) : IAsyncDisposable
{
    /// <summary>An API beside the one of the fixture; null for that one.</summary>
    public string? Url { get; init; }

    /// <summary>Further headers; <c>Content-Type</c> in place of JSON's.</summary>
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>What has to stay while the request is sent: an API, a lock, open streams.</summary>
    public IAsyncDisposable[] Held { get; init; } = [];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in Held) await one.DisposeAsync();
    }
}
