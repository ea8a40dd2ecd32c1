namespace Keystone.Architecture;

/// <summary>A test that needs kubectl, which asks no cluster here. Without it the test is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute()
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "kubectl")));
        if (!isThere) Skip = "needs kubectl, which is not in PATH; the manifests were not built";
    }
}
