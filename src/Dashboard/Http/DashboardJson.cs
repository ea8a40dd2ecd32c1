using System.Text.Json.Serialization;

namespace Keystone.Dashboard.Http;

/// <summary>What the framework writes as JSON for its own script: the names of its initialisers.</summary>
[JsonSerializable(typeof(IList<string>))]
internal sealed partial class DashboardJson : JsonSerializerContext;
