using System.Text.Json.Nodes;

namespace Keystone.Hosting.Reports;

/// <summary>A report that a host wires from what it has.</summary>
internal sealed class ProcessReport(string name, Func<JsonNode> read) : IProcessReport
{
    public string Name => name;

    public JsonNode Read() => read();
}
