namespace Keystone.Architecture.Fixtures;

#pragma warning disable CS0067, CS0169, CA1822, IDE0051, IDE0044, CA1063, CA1816, CA1823

/// <summary>A type with a member of each kind, for the reader of what is public.</summary>
public class ShownType : IDisposable
{
    public const int Limit = 5;

    readonly int _hidden;

    public event EventHandler? Changed;

    public string Name { get; init; } = "";

    internal int Inside { get; set; }

    public static IReadOnlyList<T> Find<T>(string? key, int most = 3) where T : class => [];

    public void Dispose()
    {
    }

    protected void ForDerived(ShownPart part)
    {
    }

    void Hidden()
    {
    }
}
