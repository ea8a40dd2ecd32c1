namespace Keystone.Architecture;

/// <summary>A test that needs systemd-analyze, which needs no running systemd. Without it the test is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute()
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "systemd-analyze")));
        if (!isThere) Skip = "needs systemd-analyze, which is not in PATH; the units were not verified";
    }
}
