namespace Keystone.Settlements.Errors;

/// <summary>Collects every fault of a request, so that all of them are reported at once.</summary>
public sealed class Faults
{
    readonly List<Fault> _list = [];
    readonly HashSet<string> _pointers = new(StringComparer.Ordinal);

    /// <summary>All faults in the order in which they were found.</summary>
    public IReadOnlyList<Fault> All => _list;

    /// <summary>True when there is at least one.</summary>
    public bool Any => _list.Count > 0;

    /// <summary>Adds a fault.</summary>
    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _list.Add(fault);
        _pointers.Add(fault.Pointer);
    }

    /// <summary>Adds a fault of the code <c>validation_failed</c>.</summary>
    public void Add(string pointer, string code, string message) => Add(new Fault(pointer, code, message));

    /// <summary>Adds a fault whose code becomes that of the whole error when every fault has it.</summary>
    public void AddNamed(string pointer, string code, string message) => Add(new Fault(pointer, code, message, Named: true));

    /// <summary>True when the member at exactly this pointer has a fault.</summary>
    public bool Has(string pointer) => _pointers.Contains(pointer);
}
