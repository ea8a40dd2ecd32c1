using Keystone.Dev.Servers;

namespace Keystone.EndToEnd;

/// <summary>A test that needs the programs of Prometheus: on PATH, or where <c>scripts/lib/alerts-test</c> unpacks them. Without them it is skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute() => Skip = Program is null ? "needs prometheus (Debian and Ubuntu: package prometheus; scripts/lib/alerts-test fetches it with KEYSTONE_TEST_CI=1)" : null;

    /// <summary>Path of the server; null where there is none.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append(Path.Combine(NativeTool.RepositoryRoot, "artifacts", "prometheus", "usr", "bin"))
        .Select(folder => Path.Combine(folder, "prometheus")).FirstOrDefault(File.Exists);
}
