using System.Text.Json.Nodes;

namespace Keystone.Hosting.Reports;

/// <summary>Something that a process says about itself: what others cannot read because it is in its memory.</summary>
public interface IProcessReport
{
    /// <summary>Name, such as <c>nodes</c>.</summary>
    string Name { get; }

    /// <summary>What is so now. No secrets; addresses of nodes without user, path and query.</summary>
    JsonNode Read();
}
