namespace Keystone.Compliance.Providers;

/// <summary>Settings of section <c>ScreeningResults</c>: results that providers of screenings send to the API by themselves.</summary>
public sealed class ScreeningResultOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "ScreeningResults";

    /// <summary>Key of the signature of results about entities, at least 32 characters; give it as <c>ScreeningResults:EntitySecretFile</c>. Empty: none are taken.</summary>
    public string EntitySecret { get; set; } = "";

    /// <summary>Key of the signature of results about wallets, at least 32 characters; give it as <c>ScreeningResults:WalletSecretFile</c>. Empty: none are taken.</summary>
    public string WalletSecret { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (EntitySecret.Length is > 0 and < 32) yield return "ScreeningResults:EntitySecret must have at least 32 characters.";
        if (WalletSecret.Length is > 0 and < 32) yield return "ScreeningResults:WalletSecret must have at least 32 characters.";
    }
}
