using System.Text.Json.Nodes;

namespace Keystone.Compliance.Providers;

/// <summary>What became of the requests to a provider since the process began. No answer, name or wallet is in it.</summary>
/// <param name="Name">Layer of the provider: <c>entity</c> or <c>wallet</c>.</param>
/// <param name="CircuitState"><c>closed</c>: it is asked; <c>open</c>: it failed too often and is not asked for a while; <c>half_open</c>: one request tries.</param>
/// <param name="FailureCount">Calls without a usable answer.</param>
/// <param name="SuccessCount">Calls with one.</param>
/// <param name="LastFailureAt">UTC; null: none.</param>
/// <param name="LastSuccessAt">UTC; null: none.</param>
/// <param name="LastError">Why the last failure was one; null: none.</param>
/// <param name="FailureThreshold">Least requests in 30 s of which half must have failed for the circuit to open.</param>
/// <param name="ResetTimeoutSeconds">Seconds for which nobody is asked then.</param>
/// <param name="HalfOpenMaxCalls">Requests that try afterwards.</param>
public sealed record ProviderHealth(
    string Name, string CircuitState, long FailureCount, long SuccessCount, DateTimeOffset? LastFailureAt, DateTimeOffset? LastSuccessAt, string? LastError,
    int FailureThreshold, int ResetTimeoutSeconds, int HalfOpenMaxCalls)
{
    /// <summary>The providers beside the lists, as a report of the process.</summary>
    public static JsonObject Report(LayeredScreening layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        JsonArray all = [];
        foreach (ProviderHealth provider in layers.Providers.Select(one => one.Health))
            all.Add(new JsonObject
            {
                ["name"] = provider.Name,
                ["circuit_state"] = provider.CircuitState,
                ["failure_count"] = provider.FailureCount,
                ["success_count"] = provider.SuccessCount,
                ["last_failure_at"] = provider.LastFailureAt,
                ["last_success_at"] = provider.LastSuccessAt,
                ["last_error"] = provider.LastError,
                ["config"] = new JsonObject
                {
                    ["failure_threshold"] = provider.FailureThreshold,
                    ["reset_timeout_seconds"] = provider.ResetTimeoutSeconds,
                    ["half_open_max_calls"] = provider.HalfOpenMaxCalls,
                },
            });
        return new JsonObject { ["providers"] = all };
    }
}
