using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Keystone.Dashboard.SignIn;

/// <summary>Pages that are rendered once, without a router and without a circuit.</summary>
internal static class SignInPages
{
    const string ThemeCookie = "keystone-theme";

    /// <summary>A page with its parameters.</summary>
    public static IResult Page<T>(HttpContext http, int status = StatusCodes.Status200OK, params (string Name, object? Value)[] parameters) where T : StaticPage
    {
        Dictionary<string, object?> all = parameters.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        all[nameof(StaticPage.Theme)] = http.Request.Cookies[ThemeCookie];
        return new RazorComponentResult<T>(all) { StatusCode = status };
    }
}
