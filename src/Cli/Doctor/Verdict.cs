namespace Keystone.Cli.Doctor;

/// <summary>What a check of <c>keystone doctor</c> found.</summary>
/// <param name="Check">Name of the check.</param>
/// <param name="Status"><c>ok</c>, <c>warning</c> or <c>fault</c>.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Fix">What to do; null when nothing is.</param>
internal sealed record Verdict(string Check, string Status, string Detail, string? Fix = null)
{
    public static Verdict Ok(string check, string detail) => new(check, "ok", detail);

    public static Verdict Warning(string check, string detail, string fix) => new(check, "warning", detail, fix);

    public static Verdict Fault(string check, string detail, string fix) => new(check, "fault", detail, fix);
}
