using System.Text;

namespace Keystone.Hosting;

/// <summary>Whether the process has ICU. Names of lists, tokens and platforms are compared in normal forms that the framework computes by it.</summary>
public static class GlobalizationSupport
{
    /// <summary>What is missing and how it is put right, one sentence; null when names can be compared.</summary>
    public static string? Missing => "a\u0308".Normalize(NormalizationForm.FormC) == "\u00E4" ? null
        : "This process runs without ICU, so names would be compared unnormalised. Install the package libicu (icu-libs on Alpine) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.";
}
