namespace Keystone.EndToEnd;

/// <summary>A test of <c>scripts/test --deep</c> alone.</summary>
/// <remarks>Other runs report it as skipped, with the reason.</remarks>
internal sealed class FactOfADeepRunAttribute : FactAttribute
{
    /// <param name="reason">Why a normal run leaves it out.</param>
    public FactOfADeepRunAttribute(string reason = "measures times that need a machine of their own") =>
        Skip = Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") == "1" ? null : reason + ": scripts/test --deep";
}
