using Microsoft.AspNetCore.Http;

namespace Keystone.Dashboard.Http;

/// <summary>Paths of the dashboard beside those of the API.</summary>
internal static class DashboardPaths
{
    /// <summary>Pages of an environment: <c>/app/{environment}/…</c>.</summary>
    public const string App = "/app";

    /// <summary>Pages of the operator.</summary>
    public const string Operator = "/operator";

    /// <summary>Stylesheet, scripts, font.</summary>
    public const string Assets = "/assets";

    /// <summary>Circuits.</summary>
    public const string Circuit = "/_blazor";

    /// <summary>Sign-in.</summary>
    public const string SignIn = "/sign-in";

    /// <summary>Sign-in of a system of one machine.</summary>
    public const string SandboxSignIn = "/sandbox";

    /// <summary>The page on which a party without an account deposits.</summary>
    public const string Deposit = "/deposit";

    static readonly string[] Closed = [App, Operator, Circuit];

    static readonly string[] Open = [Assets, SignIn, "/sign-out", "/signed-out", "/session", SandboxSignIn, "/recover", "/invite", "/setup", "/step-up", "/me", Deposit, "/_framework", "/not-found"];

    /// <summary>True for a path that the dashboard serves.</summary>
    public static bool Owns(PathString path) => path == "/" || NeedsSession(path) || Array.Exists(Open, one => path.StartsWithSegments(one, StringComparison.Ordinal));

    /// <summary>True for a path that is served to members only.</summary>
    public static bool NeedsSession(PathString path) => Array.Exists(Closed, one => path.StartsWithSegments(one, StringComparison.Ordinal));

    /// <summary>Slug of the environment in a path; null where there is none.</summary>
    public static string? EnvironmentOf(string path)
    {
        string[] parts = path.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is ["app", { Length: > 0 } environment, ..] ? Uri.UnescapeDataString(environment) : null;
    }
}
