using System.ComponentModel;

namespace Keystone.Api.Templates;

/// <summary>A template that can be uploaded.</summary>
internal sealed record ValidTemplateBody([property: Description("Always true: every fault is answered with 422.")] bool Valid);
