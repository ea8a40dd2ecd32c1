namespace Keystone.Api.Conduct;

/// <summary>One thing wrong with a body or a query.</summary>
/// <param name="Pointer">Where, as a JSON pointer (RFC 6901); empty for the whole body.</param>
/// <param name="Code">Stable name of the rule.</param>
/// <param name="Message">A sentence that names the fix.</param>
/// <param name="Named">The rule has its own code at the top of the answer, when it is the only one broken.</param>
internal sealed record Fault(string Pointer, string Code, string Message, bool Named = false);

/// <summary>Collects every fault of a request, so that all of them are answered at once.</summary>
internal sealed class Faults
{
    readonly List<Fault> _list = [];

    public IReadOnlyList<Fault> All => _list;

    public bool Any => _list.Count > 0;

    public void Add(string pointer, string code, string message) => _list.Add(new Fault(pointer, code, message));

    public void AddNamed(string pointer, string code, string message) => _list.Add(new Fault(pointer, code, message, Named: true));

    public bool Has(string pointer) => _list.Any(f => f.Pointer == pointer);

    /// <exception cref="Refusal">There is at least one.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw Refusal.Validation(_list);
    }
}
