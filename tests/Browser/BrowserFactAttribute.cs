namespace Keystone.Browser;

/// <summary>A test in a browser; without one it counts as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = ChromiumFinder.Missing;
}
