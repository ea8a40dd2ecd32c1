namespace Keystone.Browser;

/// <summary>A theory in a browser; without one it counts as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = ChromiumFinder.Missing;
}
