namespace Keystone.Api.Tests;

/// <summary>
/// Makes what an operation needs to give one of the answers that the document names for it, beside those that every operation gives in the same way. The keys are the operation and
/// the code of the error, or the status of an answer without one.
/// </summary>
internal sealed class AnswerScenes(ApiFixture api)
{
    readonly Dictionary<string, Func<Task<AnswerScene>>> _all = new(new SettlementAnswers(api).All.Concat(new TenantAnswers(api).All), StringComparer.Ordinal);

    /// <summary>The operations and codes that have a scene.</summary>
    public IReadOnlyCollection<string> Names => _all.Keys;

    /// <summary>The scene; null when there is none.</summary>
    public async Task<AnswerScene?> MakeAsync(string name) => _all.TryGetValue(name, out Func<Task<AnswerScene>>? make) ? await make() : null;
}
