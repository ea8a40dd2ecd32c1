using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Keystone.Dashboard.Components;

/// <summary>A text in a picture. In a Razor file the element <c>text</c> means something else.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Place, in units of the picture.</summary>
    [Parameter, EditorRequired] public double X { get; set; }

    /// <summary>Place of its base line.</summary>
    [Parameter, EditorRequired] public double Y { get; set; }

    /// <summary>Class.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>Words.</summary>
    [Parameter, EditorRequired] public string Value { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", string.IsNullOrWhiteSpace(Class) ? null : Class.Trim());
        builder.AddAttribute(2, "x", X.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "y", Y.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddContent(4, Value);
        builder.CloseElement();
    }
}
