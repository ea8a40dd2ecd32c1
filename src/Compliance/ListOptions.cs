using Keystone.Compliance.Lists;

namespace Keystone.Compliance;

/// <summary>A list of section <c>Screening:Lists</c>.</summary>
public sealed class ListOptions
{
    /// <summary>Name for people and evidence, such as <c>ofac-sdn</c>: small letters, digits and hyphens.</summary>
    public string Name { get; set; } = "";

    /// <summary>Format of the file: <c>Ofac</c> (advanced XML), <c>Eu</c>, <c>Un</c>, <c>Uk</c> or <c>Csv</c>.</summary>
    public ListFormat Format { get; set; }

    /// <summary>Path of the file. Replace it by renaming, so that no half of it is read.</summary>
    public string File { get; set; } = "";

    /// <summary>Hours after which the file is stale, counted from when it was written last; whoever fetches it touches it after each check. 0 means never.</summary>
    public int MaxAgeHours { get; set; } = 48;

    /// <summary>Bytes that the file may have.</summary>
    public long MaxBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Entries that the file has at least.</summary>
    public int LeastEntries { get; set; } = 1;

    /// <summary>SHA-256 of a file that is accepted although it is much smaller than the one before it, 64 hexadecimal digits.</summary>
    public string AcceptSha256 { get; set; } = "";

    /// <summary>Address from which the keeper fetches the file, https; empty where somebody else puts it there.</summary>
    public string Url { get; set; } = "";

    /// <summary>Minutes between two fetches.</summary>
    public int RefreshMinutes { get; set; } = 240;

    /// <summary>Address of the SHA-256 of the file, in hexadecimal digits at the start of a text; what does not agree is refused.</summary>
    public string ChecksumUrl { get; set; } = "";

    /// <summary>Address of a detached signature of the file (SHA-256, ECDSA or RSA with PKCS 1 padding), raw or in Base64.</summary>
    public string SignatureUrl { get; set; } = "";

    /// <summary>Path of the public key of the signature, PEM.</summary>
    public string SignatureKeyFile { get; set; } = "";

    internal IEnumerable<string> Faults(int at)
    {
        string prefix = $"Screening:Lists:{at}:";
        if (Name.Length is 0 or > 64 || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            yield return prefix + "Name must have 1 to 64 small letters, digits and hyphens.";
        if (!Enum.IsDefined(Format))
            yield return prefix + "Format must be Ofac, Eu, Un, Uk or Csv.";
        if (string.IsNullOrWhiteSpace(File))
            yield return prefix + "File is missing; name the file of the list.";
        if (MaxAgeHours is < 0 or > 8_760)
            yield return prefix + "MaxAgeHours must be between 0 and 8760.";
        if (MaxBytes is < 1_024 or > 2_000_000_000)
            yield return prefix + "MaxBytes must be between 1024 and 2000000000.";
        if (LeastEntries is < 1 or > 1_000_000)
            yield return prefix + "LeastEntries must be between 1 and 1000000.";
        if (AcceptSha256.Length > 0 && (AcceptSha256.Length != 64 || !AcceptSha256.All(char.IsAsciiHexDigit)))
            yield return prefix + "AcceptSha256 must be 64 hexadecimal digits.";
        foreach ((string name, string url) in ((string, string)[])[("Url", Url), ("ChecksumUrl", ChecksumUrl), ("SignatureUrl", SignatureUrl)])
            if (url.Length > 0 && !IsSafe(url))
                yield return $"{prefix}{name} must be an https address (http for this machine alone).";
        if (RefreshMinutes is < 5 or > 10_080)
            yield return prefix + "RefreshMinutes must be between 5 and 10080.";
        if (Url.Length == 0 && (ChecksumUrl.Length > 0 || SignatureUrl.Length > 0))
            yield return prefix + "ChecksumUrl and SignatureUrl need Url.";
        if (SignatureUrl.Length > 0 != SignatureKeyFile.Length > 0)
            yield return prefix + "SignatureUrl and SignatureKeyFile need each other.";
        else if (SignatureKeyFile.Length > 0 && !System.IO.File.Exists(SignatureKeyFile))
            yield return $"{prefix}SignatureKeyFile names {SignatureKeyFile}, which does not exist.";
    }

    static bool IsSafe(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
