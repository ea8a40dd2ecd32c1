using Microsoft.AspNetCore.Components;

namespace Keystone.Dashboard.SignIn;

/// <summary>What every page of the sign-in has.</summary>
public abstract class StaticPage : ComponentBase
{
    /// <summary>Value of the theme's cookie; null when there is none.</summary>
    [Parameter] public string? Theme { get; set; }

    /// <summary>What went wrong, as a sentence; null when nothing did.</summary>
    [Parameter] public string? Error { get; set; }
}
