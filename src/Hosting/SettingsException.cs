namespace Keystone.Hosting;

/// <summary>Settings are missing or wrong. The message is one sentence for each, and each names its setting.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>With every fault found.</summary>
    public SettingsException(IReadOnlyList<string> faults) : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>One sentence for each fault.</summary>
    public IReadOnlyList<string> Faults { get; }
}
